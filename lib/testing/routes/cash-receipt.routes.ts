import { Refusal } from '../http/refusal.js';
import { listCashReceipts } from '../state/cash-receipts/cash-receipt-list.js';
import { REFUSED } from '../state/channels.js';
import { route } from './route.js';

export const CASH_RECEIPT_ROUTES = [
  route('payment.cashReceipt.issueCashReceipt', ({ input, desk }) => {
    const amount = input.object('amount');
    const total = amount.integer('total', 1);
    const [taxFree, vat] = [amount.optionalInteger('taxFree', 0), amount.optionalInteger('vat', 0)];
    // PortOne documents no error of its own for it here.
    if ((taxFree ?? 0) + (vat ?? 0) > total) input.refuse('amount', 'has parts that exceed its total');
    const customer = input.object('customer');
    customer.string('identityNumber');
    customer.optionalChoice('identityNumberType', ['PHONE', 'CARD', 'BUSINESS']);
    input.optionalChoice('productType', ['PHYSICAL', 'DIGITAL']);
    input.optionalInstant('paidAt');
    const receipt = desk.cashReceipts.issue({
      paymentId: input.string('paymentId'),
      channelKey: input.string('channelKey'),
      type: input.choice('type', ['PERSONAL', 'CORPORATE']),
      orderName: input.string('orderName'),
      currency: input.currency('currency'),
      total,
      taxFree,
      vat,
      isManual: true,
    });
    if (receipt.status === 'ISSUE_FAILED') throw new Refusal('PG_PROVIDER', REFUSED);
    const { issueNumber, url = '', pgReceiptId = '' } = receipt;
    return { cashReceipt: { issueNumber, url, pgReceiptId } };
  }),

  route('payment.cashReceipt.cancelCashReceiptByPaymentId', ({ input, desk }) => {
    const { amount, cancelledAt } = desk.cashReceipts.cancel(input.string('paymentId'));
    return { cancelledAmount: amount, cancelledAt };
  }),

  route('payment.cashReceipt.getCashReceiptByPaymentId', ({ input, desk }) =>
    desk.cashReceipts.find(input.string('paymentId')),
  ),

  route('payment.cashReceipt.getCashReceipts', ({ input, desk, merchant }) =>
    listCashReceipts(input.optionalObject('filter')?.optionalString('storeId') ? [desk] : merchant.desks, input),
  ),
];
