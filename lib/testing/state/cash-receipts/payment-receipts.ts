import type { Attempt } from '../payments/attempt.js';
import type { Desk } from '../desk.js';
import { cardOf } from '../payments/tender.js';

/** Cash, or as good as cash, was paid, and the request asks for a cash receipt. */
export function issueReceiptOf({ cashReceipts }: Desk, { request, payment }: Attempt): void {
  const { id: paymentId, orderName, currency, amount, channel } = payment;
  const { cashReceiptType: type } = request;
  const isCash = 'method' in payment && payment.method !== undefined && cardOf(payment.method) === undefined;
  const isIssued = cashReceipts.receipts.get(paymentId)?.status === 'ISSUED';
  if (type === undefined || type === 'NO_RECEIPT' || !isCash || isIssued) return;
  cashReceipts.issue({
    paymentId,
    channelKey: channel?.key,
    type,
    orderName,
    currency,
    total: amount.paid,
    taxFree: amount.taxFree,
    vat: amount.vat,
    isManual: false,
  });
}

/** The payment was cancelled as a whole: so is a receipt that came with it. PortOne is silent on parts. */
export function cancelReceiptOf({ cashReceipts }: Desk, paymentId: string): void {
  const receipt = cashReceipts.receipts.get(paymentId);
  if (receipt?.status === 'ISSUED' && !receipt.isManual) cashReceipts.cancel(paymentId);
}
