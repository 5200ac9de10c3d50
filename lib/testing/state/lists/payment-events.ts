import type { Sdk } from '../../../sdk.types.js';
import type { Input } from '../../http/input.js';
import type { PaymentIn } from '../payments/attempt.js';
import { cursorOf, readCursor } from './cursor.js';
import type { Desk } from '../desk.js';
import { readRange } from './numbered-page.js';
import { without } from '../without.js';

type EventPayment = PaymentIn<'PAID' | 'PARTIAL_CANCELLED' | 'CANCELLED'>;
type KnownEvent = Extract<Sdk.Payment.PaymentEvent, { type: string }>;

interface NumberedEvent {
  /** Over all stores, so that the events of several can be merged, and a cursor is good for all. */
  readonly number: number;
  readonly event: KnownEvent;
}

/** What a payment has and its events have not, or by another name. */
const LACKED = [
  ...(['status', 'amount', 'billingKey', 'paidAt', 'disputes', 'cancellations'] as const),
  ...(['cancelledAt', 'statusChangedAt', 'updatedAt'] as const),
];

/** Money that came or went, of one store, oldest first. */
export class PaymentEvents {
  readonly all: NumberedEvent[] = [];

  constructor(private readonly desk: Desk) {}

  clear(): void {
    this.all.length = 0;
  }

  /** @param money - what was taken; negative for what was given back */
  add(payment: EventPayment, money: number, cancellation?: Sdk.Payment.PaymentCancellation): void {
    const { desk } = this;
    const earlier = payment.status === 'PAID' ? 0 : payment.cancellations.length;
    const { id: paymentId, amount, status } = payment;
    const common = {
      ...without(payment, ...LACKED),
      id: desk.random.uuid('payment-event', payment.transactionId, earlier),
      paymentId,
      createdAt: desk.clock.now().toISOString(),
      totalAmount: amount,
      eventAmount: money,
    };
    const event: KnownEvent =
      status === 'PAID'
        ? { ...common, type: status, disputes: [] }
        : { ...common, type: status, ...(cancellation && { cancellation }) };
    this.all.push({ number: desk.world.sequence.next(), event });
  }
}

/** `GET /payment-events-by-cursor`: by the time of the event, oldest first. */
export function listEvents(desks: readonly Desk[], input: Input): Sdk.Payment.GetAllPaymentEventsByCursorResponse {
  const { after, size } = readCursor(input);
  const items = desks.flatMap((desk) => eventsOf(desk, after, input)).sort((a, b) => a.number - b.number);
  return {
    items: items.slice(0, size).map(({ number, desk, event }) => ({
      paymentEvent: { ...event, ...desk.payments.companionsOf(event.paymentId) },
      cursor: cursorOf(number),
    })),
  };
}

function eventsOf(desk: Desk, after: number, input: Input) {
  const nowMs = desk.clock.nowMs();
  const { from, until } = readRange(input, nowMs);
  const listedUntil = nowMs - desk.undocumented.listLagSeconds * 1000;
  return desk.payments.events.all.flatMap(({ number, event }) => {
    const at = Date.parse(event.createdAt);
    return number > after && at >= from && at <= Math.min(until, listedUntil) ? [{ number, desk, event }] : [];
  });
}
