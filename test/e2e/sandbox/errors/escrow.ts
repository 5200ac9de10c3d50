import { Payment } from '@portone/server-sdk';
import type { Bench } from './bench.js';
import { ACCESS, after, asItIs, errorsOf, having, PG_PROVIDER } from './rows.js';

const paymentId = 'order-1';
const declined = (bench: Bench) => bench.pay(paymentId, { card: '4111111111111112', isEscrow: true });
const logistics = { company: 'CJ', invoiceNumber: '1234', sentAt: '2026-01-15T00:00:00Z' };
const invalid = having({ logistics: { ...logistics, company: 'PIGEON' } });

export const ESCROW = {
  'payment.applyEscrowLogistics': errorsOf(
    Payment.ApplyEscrowLogisticsError,
    { paymentId, logistics },
    { ...ACCESS, INVALID_REQUEST: invalid, PAYMENT_NOT_FOUND: asItIs, PAYMENT_NOT_PAID: after(declined), PG_PROVIDER },
  ),
  'payment.modifyEscrowLogistics': errorsOf(
    Payment.ModifyEscrowLogisticsError,
    { paymentId, logistics },
    { ...ACCESS, INVALID_REQUEST: invalid, PAYMENT_NOT_FOUND: asItIs, PAYMENT_NOT_PAID: after(declined), PG_PROVIDER },
  ),
  'payment.confirmEscrow': errorsOf(
    Payment.ConfirmEscrowError,
    { paymentId },
    {
      ...ACCESS,
      INVALID_REQUEST: having({ fromStore: 'yes' }),
      PAYMENT_NOT_FOUND: asItIs,
      PAYMENT_NOT_PAID: after(declined),
      PG_PROVIDER,
    },
  ),
};
