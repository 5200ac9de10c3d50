import type { Input } from '../http/input.js';
import { failuresOf } from '../state/billing-keys/billing-key-channels.js';
import { listBillingKeys } from '../state/billing-keys/billing-key-list.js';
import { readCard, type SandboxCard } from '../state/payments/cards.js';
import { readCustomer } from '../state/customer.js';
import { route } from './route.js';

export const BILLING_KEY_ROUTES = [
  route('payment.billingKey.issueBillingKey', ({ input, desk }) => {
    const card = cardOf(input.object('method').object('card').object('credential'));
    const channelKey = input.optionalString('channelKey');
    const channelGroupId = input.optionalString('channelGroupId');
    if (channelKey === undefined && channelGroupId === undefined) {
      input.refuse('channelKey', 'is required where no channelGroupId is given');
    }
    if (channelKey !== undefined && channelGroupId !== undefined) {
      input.refuse('channelGroupId', 'must be left out where a channelKey is given');
    }
    const issuance = desk.billingKeys.open({
      method: { type: 'CARD' },
      channelKey,
      channelGroupId,
      customer: readCustomer(input.optionalObject('customer')),
      customData: input.optionalString('customData'),
      noticeUrls: input.optionalUrls('noticeUrls'),
      platformType: 'API',
    });
    const { billingKey, channels, issuedAt } = desk.billingKeys.issue(issuance, card);
    const failed = issuance.channels.filter((channel) => !channels.includes(channel));
    return {
      billingKeyInfo: { billingKey, channels, issuedAt },
      ...(failed.length > 0 && { channelSpecificFailures: failuresOf(failed) }),
    };
  }),

  route('payment.billingKey.getBillingKeyInfo', ({ input, desk }) => {
    return desk.billingKeys.find(input.string('billingKey')).info;
  }),

  route('payment.billingKey.getBillingKeyInfos', ({ input, desk, merchant }) =>
    listBillingKeys(input.optionalObject('filter')?.optionalString('storeId') ? [desk] : merchant.desks, input),
  ),

  route('payment.billingKey.deleteBillingKey', ({ input, desk }) => {
    input.optionalChoice('requester', ['CUSTOMER', 'ADMIN']);
    return { deletedAt: desk.billingKeys.delete(input.string('billingKey'), 'merchant').deletedAt };
  }),

  route('payment.billingKey.confirmBillingKey', ({ input, desk }) => {
    const isTest = input.optionalBoolean('isTest');
    const { billingKey } = desk.billingKeyConfirmations.confirm(input.string('billingIssueToken'), { isTest });
    return { billingKey };
  }),

  route('payment.billingKey.confirmBillingKeyIssueAndPay', ({ input, desk }) =>
    desk.billingKeyConfirmations.confirmAndPay(input.string('billingIssueToken'), {
      paymentId: input.optionalString('paymentId'),
      currency: input.optionalCurrency('currency'),
      totalAmount: input.optionalInteger('totalAmount', 0),
      taxFreeAmount: input.optionalInteger('taxFreeAmount', 0),
      isTest: input.optionalBoolean('isTest'),
    }),
  ),
];

function cardOf(credential: Input): SandboxCard {
  credential.string('expiryYear');
  credential.string('expiryMonth');
  return readCard(credential.string('number')) ?? credential.refuse('number', 'is not a card number');
}
