import type { Input } from '../../http/input.js';
import type { Desk } from '../desk.js';
import { paidOf } from './escrow.js';

/**
 * Puts the sales of other stores on the payment's receipt.
 *
 * @returns where the receipt is; nobody answers there
 */
export function registerStoreReceipt(desk: Desk, paymentId: string, input: Input): string {
  const items = input.optionalObjects('items') ?? [];
  if (items.length === 0) input.refuse('items', 'must be a list of at least one sale');
  const totals = items.map((item) => {
    item.string('storeBusinessRegistrationNumber');
    item.string('storeName');
    for (const part of ['taxFreeAmount', 'vatAmount', 'supplyAmount']) item.optionalInteger(part, 0);
    item.currency('currency');
    return item.integer('totalAmount', 1);
  });
  const attempt = desk.payments.find(paymentId);
  const payment = paidOf(attempt);
  const sum = totals.reduce((whole, total) => whole + total, 0);
  if (sum > payment.amount.total)
    input.refuse('items', `come to ${sum}, more than the payment's ${payment.amount.total}`);
  const receiptUrl = `https://receipt.invalid/${payment.transactionId}`;
  desk.payments.change(attempt, { ...payment, receiptUrl, updatedAt: desk.clock.now().toISOString() });
  return receiptUrl;
}
