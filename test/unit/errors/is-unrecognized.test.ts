import type { Payment, Unrecognized, Webhook } from '@portone/server-sdk';
import { isUnrecognized } from '../../../lib/errors/is-unrecognized.js';

const payment = (status: string) => ({ status, id: 'payment-1' }) as unknown as Payment.Payment;
const event = (type: string) => ({ type, timestamp: '2026-01-01T00:00:00Z', data: {} }) as unknown as Webhook.Webhook;

describe('isUnrecognized', () => {
  it.each(['PAID', 'FAILED', 'VIRTUAL_ACCOUNT_ISSUED', 'PAY_PENDING'])('knows a payment that is %s', (status) => {
    expect(isUnrecognized(payment(status))).toBe(false);
  });

  it.each(['Transaction.Paid', 'Transaction.Confirm', 'BillingKey.Updated'])('knows the event %s', (type) => {
    expect(isUnrecognized(event(type))).toBe(false);
  });

  it.each(['PAYMENT_NOT_FOUND', 'PG_PROVIDER'])('knows the error %s', (type) => {
    expect(isUnrecognized({ type })).toBe(false);
  });

  it.each([
    ['a payment', payment('TELEPORTED')],
    ['an event', event('Transaction.Teleported')],
    ['an error', { type: 'TELEPORTER_NOT_FOUND' }],
    ['an error that our table has and the SDK has not', { type: 'B2B_COUNTERPARTY_NOT_FOUND' }],
    ['a transfer, whatever its status', { type: 'TELEPORT', status: 'SCHEDULED' }],
  ])('tells %s that is newer', (_, value) => expect(isUnrecognized(value)).toBe(true));

  it.each(['PERSONAL', 'CORPORATE'])('knows a cash receipt by its status, of whichever type: %s', (type) => {
    expect(isUnrecognized({ type, status: 'ISSUED' })).toBe(false);
  });

  it('says nothing of what has no variants', () => {
    expect(isUnrecognized({ amount: 100 })).toBe(false);
    expect(isUnrecognized({ type: { type: 'BUSINESS' } })).toBe(false);
  });

  it('narrows to what the SDK types as newer, and away from it', () => {
    const answer = payment('PAID');
    if (isUnrecognized(answer)) {
      answer satisfies { readonly status: Unrecognized };
      throw new Error('It is known.');
    }
    answer.amount satisfies Payment.PaymentAmount;
    const told = event('Transaction.Paid');
    if (isUnrecognized(told)) throw new Error('It is known.');
    expect(told.type satisfies string).toBe('Transaction.Paid');
  });
});
