import type { Input } from '../http/input.js';
import { readCard, type SandboxCard } from '../state/cards.js';
import { readCustomer } from '../state/customer.js';
import { route } from './route.js';

export const BILLING_KEY_ROUTES = [
  route('payment.billingKey.issueBillingKey', ({ input, desk }) => {
    input.unsupported('channelGroupId');
    const { billingKey, channels, issuedAt } = desk.billingKeys.issue({
      card: cardOf(input.object('method').object('card').object('credential')),
      channelKey: input.string('channelKey'),
      customer: readCustomer(input.optionalObject('customer')),
      customData: input.optionalString('customData'),
      noticeUrls: input.optionalUrls('noticeUrls'),
    });
    return { billingKeyInfo: { billingKey, channels, issuedAt } };
  }),

  route('payment.billingKey.getBillingKeyInfo', ({ input, desk }) => {
    return desk.billingKeys.find(input.string('billingKey')).info;
  }),

  route('payment.billingKey.deleteBillingKey', ({ input, desk }) => {
    input.optionalChoice('requester', ['CUSTOMER', 'ADMIN']);
    return { deletedAt: desk.billingKeys.delete(input.string('billingKey')).deletedAt };
  }),
];

function cardOf(credential: Input): SandboxCard {
  credential.string('expiryYear');
  credential.string('expiryMonth');
  return readCard(credential.string('number')) ?? credential.refuse('number', 'is not a card number');
}
