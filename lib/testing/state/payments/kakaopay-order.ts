import type { Sdk } from '../../../sdk.types.js';
import type { KnownPayment } from './attempt.js';
import { cardOf } from './tender.js';

type PaymentWithMoney = Extract<KnownPayment, { status: 'PAID' | 'PARTIAL_CANCELLED' | 'CANCELLED' }>;

const STATUSES: Record<PaymentWithMoney['status'], string> = {
  PAID: 'SUCCESS_PAYMENT',
  PARTIAL_CANCELLED: 'PART_CANCEL_PAYMENT',
  CANCELLED: 'CANCEL_PAYMENT',
};

/** What KakaoPay's own API says of an order; PortOne hands it on as it is, errors too. */
export function kakaopayOrder(
  payments: Iterable<KnownPayment>,
  pgTxId: string,
  channelKey: string,
): Sdk.PgSpecific.GetKakaopayPaymentOrderResponse {
  for (const payment of payments) {
    if ('pgTxId' in payment && payment.pgTxId === pgTxId && payment.channel?.key === channelKey && hasMoney(payment)) {
      return { statusCode: 200, body: JSON.stringify(orderOf(payment, pgTxId)) };
    }
  }
  return { statusCode: 400, body: JSON.stringify({ error_code: -1, error_message: 'invalid tid' }) };
}

function orderOf(payment: PaymentWithMoney, tid: string) {
  const { amount, channel, customer } = payment;
  const none = { point: 0, green_deposit: 0 };
  const left = amount.total - amount.cancelled;
  const taxFreeLeft = amount.taxFree - amount.cancelledTaxFree;
  return {
    tid,
    cid: channel?.pgMerchantId,
    status: STATUSES[payment.status],
    partner_order_id: payment.id,
    partner_user_id: customer.id ?? '',
    payment_method_type: cardOf(payment.method) ? 'CARD' : 'MONEY',
    item_name: payment.orderName,
    quantity: payment.products?.length ?? 1,
    amount: {
      total: amount.total,
      tax_free: amount.taxFree,
      vat: amount.vat,
      discount: amount.discount,
      ...none,
    },
    canceled_amount: { total: amount.cancelled, tax_free: amount.cancelledTaxFree, discount: 0, ...none },
    cancel_available_amount: { total: left, tax_free: taxFreeLeft, discount: 0, ...none },
    created_at: payment.requestedAt,
    approved_at: 'paidAt' in payment ? payment.paidAt : undefined,
    canceled_at: 'cancelledAt' in payment ? payment.cancelledAt : undefined,
  };
}

function hasMoney(payment: KnownPayment): payment is PaymentWithMoney {
  return payment.status in STATUSES;
}
