import type { Sdk } from '../../../sdk.types.js';
import type { Input } from '../../http/input.js';
import { Refusal } from '../../http/refusal.js';
import type { Attempt, PaymentIn } from './attempt.js';
import type { Desk } from '../desk.js';

type KnownEscrow = Extract<Sdk.Payment.PaymentEscrow, { status: string }>;
type SentEscrow = Exclude<KnownEscrow, { status: 'BEFORE_REGISTERED' }>;

/** What the delivery, or the buyer, makes of it. */
export const ESCROW_ENDS = ['DELIVERED', 'CONFIRMED', 'REJECTED', 'REJECT_CONFIRMED'] as const;

/** Which states an escrow can come to another from. */
const BEFORE: Record<SentEscrow['status'], readonly KnownEscrow['status'][]> = {
  REGISTERED: ['BEFORE_REGISTERED'],
  DELIVERED: ['REGISTERED'],
  CONFIRMED: ['REGISTERED', 'DELIVERED'],
  REJECTED: ['REGISTERED', 'DELIVERED'],
  REJECT_CONFIRMED: ['REJECTED'],
  CANCELLED: [],
};

export interface Logistics {
  readonly company: string;
  readonly invoiceNumber: string;
  readonly sentAt: string;
  readonly receivedAt: string | undefined;
}

const COMPANIES = `LOTTE LOGEN DONGWON POST CJ HANJIN DAESIN ILYANG KYUNGDONG CHUNIL POST_REGISTERED GS WOORI HAPDONG
  FEDEX UPS GSM_NTON SUNGWON LX_PANTOS ACI CJ_INTL USPS EMS DHL KGL GOODSTOLUCK KUNYOUNG SLX SF ETC`.split(/\s+/);

export function readLogistics(input: Input): Logistics {
  const logistics = input.object('logistics');
  logistics.instant('sentAt');
  logistics.optionalInstant('receivedAt');
  return {
    company: logistics.choice('company', COMPANIES),
    invoiceNumber: logistics.string('invoiceNumber'),
    sentAt: logistics.string('sentAt'),
    receivedAt: logistics.optionalString('receivedAt'),
  };
}

/** The goods are on the way, or, with `receivedAt`, delivered. */
export function registerLogistics(desk: Desk, paymentId: string, logistics: Logistics) {
  const { attempt, payment, escrow } = escrowOf(desk, paymentId);
  refuseUnlessBefore(escrow, 'REGISTERED');
  const appliedAt = desk.clock.now().toISOString();
  change(desk, attempt, payment, { ...sent(logistics), appliedAt });
  return { ...logistics, appliedAt };
}

/** Other goods, or another way, until the buyer has decided. */
export function modifyLogistics(desk: Desk, paymentId: string, logistics: Logistics) {
  const { attempt, payment, escrow } = escrowOf(desk, paymentId);
  if (escrow.status !== 'REGISTERED' && escrow.status !== 'DELIVERED') refuse(escrow, 'REGISTERED or DELIVERED');
  change(desk, attempt, payment, { ...escrow, ...sent(logistics) });
  return { ...logistics, modifiedAt: desk.clock.now().toISOString() };
}

/**
 * @param automatically - nobody confirmed, the time for it is over
 * @returns when
 */
export function settleEscrow(
  desk: Desk,
  paymentId: string,
  status: (typeof ESCROW_ENDS)[number],
  automatically: boolean,
): string {
  const { attempt, payment, escrow } = escrowOf(desk, paymentId);
  refuseUnlessBefore(escrow, status);
  const { company, invoiceNumber, sentAt, appliedAt } = escrow as SentEscrow;
  const common = { company, invoiceNumber, ...(sentAt && { sentAt }), ...(appliedAt && { appliedAt }) };
  const next: SentEscrow =
    status === 'CONFIRMED' ? { status, ...common, isAutomaticallyConfirmed: automatically } : { status, ...common };
  change(desk, attempt, payment, next);
  return desk.clock.now().toISOString();
}

function sent({ company, invoiceNumber, sentAt, receivedAt }: Logistics) {
  const status = receivedAt === undefined ? ('REGISTERED' as const) : ('DELIVERED' as const);
  return { status, company, invoiceNumber, sentAt };
}

type EscrowPayment = PaymentIn<'PAID' | 'PARTIAL_CANCELLED'>;

function change(desk: Desk, attempt: Attempt, payment: EscrowPayment, escrow: SentEscrow): void {
  desk.payments.change(attempt, { ...payment, escrow, updatedAt: desk.clock.now().toISOString() });
}

/** PortOne names no error for a payment without escrow, or one that is not so far: `INVALID_REQUEST`. */
function escrowOf(desk: Desk, paymentId: string) {
  const attempt = desk.payments.find(paymentId);
  const payment = paidOf(attempt);
  const escrow = payment.escrow as KnownEscrow | undefined;
  if (escrow) return { attempt, payment, escrow };
  throw new Refusal('INVALID_REQUEST', { message: `Payment ${paymentId} is without escrow.` });
}

function refuseUnlessBefore(escrow: KnownEscrow, next: SentEscrow['status']): void {
  if (!BEFORE[next].includes(escrow.status)) refuse(escrow, BEFORE[next].join(' or '));
}

function refuse(escrow: KnownEscrow, expected: string): never {
  throw new Refusal('INVALID_REQUEST', { message: `Its escrow is ${escrow.status}, and must be ${expected}.` });
}

/** @throws Refusal unless it was paid, and not given back as a whole */
export function paidOf({ payment }: Attempt): EscrowPayment {
  if (payment.status === 'PAID' || payment.status === 'PARTIAL_CANCELLED') return payment;
  throw new Refusal('PAYMENT_NOT_PAID', { message: `Payment ${payment.id} is ${payment.status}.` });
}
