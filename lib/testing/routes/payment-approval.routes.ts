import type { Input } from '../http/input.js';
import { Refusal } from '../http/refusal.js';
import { settle } from '../state/payments/approval.js';
import type { KnownPayment } from '../state/payments/attempt.js';
import { readBank } from '../state/payments/banks.js';
import { payWithBillingKey, readPaymentRequest } from '../state/billing-keys/billing-key-payment.js';
import { DECLINE, readCard } from '../state/payments/cards.js';
import { captureMoney } from '../state/payments/captures.js';
import { findApproval } from '../state/payments/manual-approval.js';
import { registerStoreReceipt } from '../state/payments/store-receipts.js';
import type { Desk } from '../state/desk.js';
import { cardTender, type Tender } from '../state/payments/tender.js';
import { accountTender, closeVirtualAccount, readExpiry, readFixedNumber } from '../state/payments/virtual-accounts.js';
import { route } from './route.js';

export const PAYMENT_APPROVAL_ROUTES = [
  route('payment.payInstantly', ({ input, desk }) => {
    const paymentId = input.string('paymentId');
    const request = readPaymentRequest(input);
    if (request.channelKey === undefined && request.channelGroupId === undefined) {
      input.refuse('channelKey', 'or channelGroupId is required');
    }
    const virtualAccount = input.object('method').optionalObject('virtualAccount');
    const cashReceiptType = virtualAccount
      ?.optionalObject('cashReceipt')
      ?.optionalChoice('type', ['PERSONAL', 'CORPORATE', 'NO_RECEIPT']);
    const tender = readInstantTender(desk, paymentId, input.object('method'));
    const attempt = desk.payments.open(paymentId, { ...request, cashReceiptType }, tender);
    return { payment: summaryOf(settle(desk, attempt, tender)) };
  }),

  route('payment.payWithBillingKey', ({ input, desk }) => {
    const request = readPaymentRequest(input);
    const payment = payWithBillingKey(desk, input.string('paymentId'), input.string('billingKey'), request);
    return { payment: summaryOf(payment) };
  }),

  route('payment.confirmPayment', ({ input, desk }) => {
    const { attempt, tender } = findApproval(desk, input.string('paymentId'), input.string('paymentToken'), {
      txId: input.optionalString('txId'),
      currency: input.optionalCurrency('currency'),
      totalAmount: input.optionalInteger('totalAmount', 0),
      taxFreeAmount: input.optionalInteger('taxFreeAmount', 0),
      isTest: input.optionalBoolean('isTest'),
    });
    return summaryOf(settle(desk, attempt, tender));
  }),

  route('payment.capturePayment', ({ input, desk }) => {
    captureMoney(desk, input.string('paymentId'));
    return {};
  }),

  route('payment.closeVirtualAccount', ({ input, desk }) => ({
    closedAt: closeVirtualAccount(desk, input.string('paymentId')).failedAt,
  })),

  route('payment.registerStoreReceipt', ({ input, desk }) => ({
    receiptUrl: registerStoreReceipt(desk, input.string('paymentId'), input),
  })),
];

/** @throws Refusal for a declined one */
function summaryOf(payment: KnownPayment): { pgTxId: string; paidAt: string } {
  if (payment.status === 'FAILED') throw new Refusal('PG_PROVIDER', DECLINE);
  // A virtual account is paid later: PortOne answers when it was issued.
  const { pgTxId = '', paidAt = payment.statusChangedAt } = { paidAt: undefined, pgTxId: undefined, ...payment };
  return { pgTxId, paidAt };
}

function readInstantTender(desk: Desk, paymentId: string, method: Input): Tender {
  const card = method.optionalObject('card');
  const account = method.optionalObject('virtualAccount');
  if ((card === undefined) === (account === undefined))
    method.refuse('card', 'or virtualAccount is required, one of them');
  if (card) {
    return cardTender(readCredential(card.object('credential')), {
      installmentMonth: card.optionalInteger('installmentMonth', 0),
      useFreeInterest: card.optionalBoolean('useFreeInterestFromMerchant'),
      useCardPoint: card.optionalBoolean('useCardPoint'),
    });
  }
  return readAccount(desk, paymentId, method.object('virtualAccount'));
}

function readCredential(credential: Input) {
  credential.string('expiryYear');
  credential.string('expiryMonth');
  return readCard(credential.string('number')) ?? credential.refuse('number', 'is not a card number');
}

function readAccount(desk: Desk, paymentId: string, account: Input): Tender {
  const option = account.object('option');
  const isFixed = option.choice('type', ['NORMAL', 'FIXED']) === 'FIXED';
  account.object('expiry');
  return accountTender(desk, paymentId, {
    bank: readBank(account, 'bank'),
    expiresAtMs: readExpiry(account.object('expiry'), desk.clock.nowMs()),
    remitteeName: account.optionalString('remitteeName'),
    fixedNumber: isFixed ? readFixedNumber(desk, option.object('fixed')) : undefined,
  });
}
