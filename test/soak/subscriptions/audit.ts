import assert from 'node:assert/strict';

import { subscriptionPaymentId } from '../../../lib/index.js';
import type { SandboxExecution } from '../../../lib/testing/state/ledger.js';
import { dueDay, localTime, plusDays } from './due-days.js';
import type { Subscriber } from './subscriber.js';

export interface Verdict {
  cycles: number;
  missed: number;
  doubled: number;
  wrongDay: number;
}

/** What is known of one charge that was tried. */
interface Charge {
  readonly at: Date;
  readonly kind: SandboxExecution['kind'];
  readonly amount: number;
  readonly cycle: number;
}

const DAY = 86_400_000;
const DUNNING = [1, 3, 5];
/** The last attempt comes after five days, and may be made a day late. */
const DUNNING_ENDS_MS = 7 * DAY;
const MOST_ATTEMPTS = 25;
/** A charge that a crash held up is made up for at the next sweeps. */
const MADE_UP_MS = DAY / 4;

/**
 * Compares what PortOne's ledger says was charged with what the plan, the buyer and the application's wishes say should
 * have been.
 *
 * @param failures - charges that failed without the provider: of these payment ids, at these times
 * @throws AssertionError where money moved that nobody was told of, or that belongs to nobody
 */
export function audit(
  subscribers: readonly Subscriber[],
  executions: readonly SandboxExecution[],
  failures: ReadonlyMap<string, Date>,
  { from, to }: { from: Date; to: Date },
): Verdict {
  const verdict = { cycles: 0, missed: 0, doubled: 0, wrongDay: 0 };
  const byPayment = new Map<string, SandboxExecution[]>();
  for (const move of executions) {
    const { kind, paymentId = '' } = move;
    if (kind !== 'CHARGE' && kind !== 'DECLINE' && kind !== 'CANCEL') continue;
    byPayment.set(paymentId, [...(byPayment.get(paymentId) ?? []), move]);
  }
  for (const subscriber of subscribers) {
    const charges: Charge[] = [];
    const failed = new Map<number, Date[]>();
    for (let cycle = 0; dueDay(subscriber.plan, cycle) <= localTime(to).slice(0, 10); cycle += 1) {
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
        const paymentId = subscriptionPaymentId('', subscriber.id, cycle, attempt);
        for (const { at, kind, amount = 0 } of byPayment.get(paymentId) ?? [])
          charges.push({ at, kind, amount, cycle });
        byPayment.delete(paymentId);
        const unpaid = failures.get(paymentId);
        if (unpaid) failed.set(cycle, [...(failed.get(cycle) ?? []), unpaid]);
      }
      examine(
        subscriber,
        cycle,
        charges.filter((one) => one.cycle === cycle),
        failed.get(cycle) ?? [],
        { from, to },
        verdict,
      );
    }
  }
  assert.deepEqual([...byPayment.keys()], [], 'payments that are of no cycle');
  return verdict;
}

function examine(
  subscriber: Subscriber,
  cycle: number,
  charges: readonly Charge[],
  unpaid: readonly Date[],
  { from, to }: { from: Date; to: Date },
  verdict: Verdict,
): void {
  const { plan } = subscriber;
  const day = dueDay(plan, cycle);
  const local = (instant: Date) => localTime(instant, plan.timeZone);
  const due = `${day} ${plan.timeOfDay ?? ''}`;
  const paid = charges.filter(({ kind }) => kind === 'CHARGE');
  const net = paid.length - charges.filter(({ kind }) => kind === 'CANCEL').length;
  const failures = [...unpaid, ...charges.filter(({ kind }) => kind === 'DECLINE').map(({ at }) => at)];
  assert(
    paid.every(({ amount }) => amount === plan.amount),
    `${subscriber.id} was charged another amount`,
  );

  if (net > 1) verdict.doubled += 1;
  const days = new Set([
    day,
    ...failures.flatMap((at) => DUNNING.map((later) => plusDays(local(at).slice(0, 10), later))),
    ...subscriber.lateSuccesses.map((at) => local(at).slice(0, 10)),
    ...subscriber.wishes
      .filter(({ kind }) => kind === 'card' || kind === 'resume' || kind === 'start')
      .flatMap(({ tried, done = to }) => [local(tried).slice(0, 10), local(done).slice(0, 10)]),
  ]);
  for (const { at } of paid) {
    if (!days.has(local(at).slice(0, 10)) || local(at) < due) {
      verdict.wrongDay += 1;
      console.error(`${subscriber.id} ${subscriber.story} cycle ${cycle} due ${due} was charged ${local(at)}`);
    }
  }
  if (paid.length > 0) {
    const told = subscriber.told.filter(({ event }) => event.cycle === cycle && event.type.startsWith('charged'));
    assert(told.length > 0, `${subscriber.id}: nobody was told that cycle ${cycle} was charged`);
    assert(new Set(told.map(({ event }) => event.paymentId)).size <= paid.length, `${subscriber.id}: told too often`);
  }

  const start = subscriber.wishes[0]?.tried ?? from;
  // The last day is left to what is still under way.
  if (due < local(start) || due > local(new Date(to.getTime() - DAY))) return;
  const isFree = subscriber.wishes.some(({ tried, done = to }) => local(tried) <= due && due <= local(done));
  const isOff = subscriber.pauses.some((pause) => {
    // A charge that failed, or that had to be made up for, may not have come to its end when the pause began.
    const spared = failures.length > 0 ? DUNNING_ENDS_MS : MADE_UP_MS;
    const begins = local(new Date(pause.from.getTime() - spared));
    return begins <= due && (pause.to === undefined || due <= local(pause.to));
  });
  const isUnderWay = failures.length > 0 && due > local(new Date(to.getTime() - DUNNING_ENDS_MS));
  const isLapsed = subscriber.told.some(({ event }) => event.type === 'lapsed' && event.cycle === cycle);
  if (net > 0) verdict.cycles += 1;
  else if (!isFree && !isOff && !isUnderWay && !(isLapsed && failures.length > DUNNING.length)) {
    verdict.missed += 1;
    console.error(`${subscriber.id} ${subscriber.story} cycle ${cycle} due ${due} was missed`);
  }
}
