import type { Sdk } from '../../sdk.types.js';
import { Refusal } from '../http/refusal.js';
import type { Desk } from './desk.js';
import { ListedMap } from './listed-map.js';

export type KnownSchedule = Extract<Sdk.Payment.PaymentSchedule.PaymentSchedule, { id: string }>;

/** The payment schedules of one store. */
export class Schedules {
  readonly schedules: ListedMap<KnownSchedule>;
  /** Of each payment id. */
  readonly #ofPayment = new Map<string, string[]>();

  constructor(private readonly desk: Desk) {
    this.schedules = new ListedMap(desk);
  }

  clear(): void {
    this.schedules.clear();
    this.#ofPayment.clear();
  }

  /** @throws Refusal for a payment id that has a schedule yet to come, unless the sandbox was told to let it pass */
  refuseWhileScheduled(paymentId: string): void {
    if (this.desk.undocumented.payWhileScheduled === 'allow') return;
    const active = this.#of(paymentId).find(({ status }) => status === 'SCHEDULED');
    if (active) throw alreadyExists(active);
  }

  #of(paymentId: string): KnownSchedule[] {
    return (this.#ofPayment.get(paymentId) ?? []).flatMap((id) => this.schedules.get(id) ?? []);
  }
}

function alreadyExists({ id, paymentId, status }: KnownSchedule): Refusal {
  return new Refusal('PAYMENT_SCHEDULE_ALREADY_EXISTS', {
    message: `Payment ${paymentId} has the schedule ${id}, which is ${status}.`,
  });
}
