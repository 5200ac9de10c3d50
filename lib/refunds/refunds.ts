import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

import { Logger } from '@nestjs/common';

import type { CallOptions } from '../client/call-options.js';
import { isPortOneApiError } from '../errors/is-portone-api-error.js';
import { RefundInProgressError } from '../errors/refund-in-progress.error.js';
import { isProduction } from '../portone.options.js';
import { STORES } from '../portone.stores.js';
import type { Sdk } from '../sdk.types.js';
import { inStore } from '../services/in-store.js';
import type { Operations } from '../services/operations-of.js';
import { InMemoryRefundJournal } from './in-memory.refund-journal.js';
import {
  cancellableAmount,
  cancellationId,
  cancellationsOf,
  findOwnCancellation,
  stateOf,
  totalOf,
} from './own-cancellation.js';
import { requireRefundAccount } from './refund-account.js';
import type { RefundJournal, RefundRecord } from './refund-journal.js';
import { checkSamePayment, checkSameTerms, refundRequest, type Refund, type RefundOrder } from './refund-options.js';
import { GATE_STATUSES, isBehind, refusedRecord } from './refund-refusal.js';

/** What a refund may say for its calls; its idempotency key is journalled. */
export type RefundCallOptions = Omit<CallOptions, 'idempotencyKey'>;

/** What refunds are made with. */
export interface RefundSurroundings {
  readonly account: string;
  readonly journal: RefundJournal;
  readonly payments: Pick<Operations<'payment'>, 'getPayment' | 'cancelPayment'>;
  readonly now: () => Date;
}

/** PortOne keeps a key for three hours, "which may change": this much of it is trusted. */
const KEY_LIFE_MS = 2.5 * 3_600_000;

/** A read may be behind. Milliseconds before each further one. */
const READ_AGAIN_MS = [100, 300, 900];

/**
 * Refunds that are never done twice. What makes it so: the request is journalled before it is sent, and sent as it was
 * journalled, with its key; and it says what could be cancelled when it was written, so that PortOne itself refuses it
 * once a cancellation has come of it, however old the key.
 */
export class Refunds {
  private readonly logger = new Logger('PortOneRefunds');
  private warned = false;

  constructor(private readonly surroundings: RefundSurroundings) {}

  /** Begins the refund, or goes on with it. */
  async refund(order: RefundOrder, call?: RefundCallOptions): Promise<Refund> {
    this.warnOfMemory();
    const { account, journal } = this.surroundings;
    const record = await journal.find(account, order.refundId);
    return record === null ? this.begin(order, undefined, call) : this.goOn(order, record, call);
  }

  /** Goes on with what was journalled, without anybody's asking. */
  async resume(record: RefundRecord, call?: RefundCallOptions): Promise<Refund> {
    if (record.state === 'REQUESTED') return this.follow(record, call);
    if (record.state !== 'OPEN') return answerOf(record);
    if (this.surroundings.now().getTime() - Date.parse(record.begunAt) >= KEY_LIFE_MS) {
      const payment = await this.read(record.request, call);
      const found = await this.find(record, payment);
      if (found !== undefined) return this.settle(record, found);
      await this.refuseWhileRequested(payment);
    }
    return this.send(record, false, call);
  }

  private goOn(order: RefundOrder, record: RefundRecord, call: RefundCallOptions | undefined): Promise<Refund> {
    if (record.state === 'REFUSED') {
      checkSamePayment(order, record.request);
      return this.begin(order, record, call);
    }
    checkSameTerms(order, record.request);
    return this.resume(record, call);
  }

  private async begin(
    order: RefundOrder,
    refused: RefundRecord | undefined,
    call: RefundCallOptions | undefined,
  ): Promise<Refund> {
    const { account, journal, now } = this.surroundings;
    const payment = await this.read(order, call);
    // A provider that refused may have done it all the same, and a read that did not show it may have been behind.
    const done = refused && (await this.find(refused, payment));
    if (done !== undefined) {
      checkSameTerms(order, refused!.request);
      return this.settle(refused!, done);
    }
    await this.refuseWhileRequested(payment);
    requireRefundAccount(payment, order.refundAccount !== undefined, now());
    const record: RefundRecord = {
      account,
      refundId: order.refundId,
      paymentId: order.paymentId,
      idempotencyKey: `refund-${randomUUID()}`,
      request: refundRequest(order, cancellableAmount(payment)),
      ...(refused && { refusedRequest: refused.request }),
      earlierCancellationIds: refused?.earlierCancellationIds ?? idsOf(cancellationsOf(payment)),
      begunAt: now().toISOString(),
      state: 'OPEN',
    };
    const holder = await journal.begin(record, refused?.idempotencyKey);
    if (holder.idempotencyKey === record.idempotencyKey) return this.send(record, true, call);
    if (holder.refundId === record.refundId) return this.goOn(order, holder, call);
    return this.beginAfter(holder, order, refused, call);
  }

  /** The other refund of the payment may have come to its end since it was looked at last. */
  private async beginAfter(
    other: RefundRecord,
    order: RefundOrder,
    refused: RefundRecord | undefined,
    call: RefundCallOptions | undefined,
  ): Promise<Refund> {
    const ended = other.state === 'REQUESTED' && (await this.follow(other, call)).status !== 'REQUESTED';
    if (!ended) throw new RefundInProgressError(order.paymentId, { refundId: other.refundId });
    return this.begin(order, refused, call);
  }

  /** @param fresh - nothing of this record was sent before, so that a refusal proves that nothing was done */
  private async send(record: RefundRecord, fresh: boolean, call: RefundCallOptions | undefined): Promise<Refund> {
    let cancellation: Sdk.Payment.PaymentCancellation;
    try {
      const options = { ...call, idempotencyKey: record.idempotencyKey };
      ({ cancellation } = await this.surroundings.payments.cancelPayment(record.request, options));
    } catch (error) {
      return this.afterFailure(record, error, fresh, call);
    }
    return this.settle(record, cancellation);
  }

  private async afterFailure(
    record: RefundRecord,
    error: unknown,
    fresh: boolean,
    call: RefundCallOptions | undefined,
  ): Promise<Refund> {
    const { outcome } = error as { outcome?: string };
    const answered = isPortOneApiError(error);
    if (outcome === 'unknown' || answered) {
      const found = await this.search(record, error, call);
      if (typeof found === 'object') return this.settle(record, found);
      // Something may have come of an earlier request: it stays open.
      if (found === 'not readable' && !fresh) throw error;
    }
    const nothingDone = outcome !== 'unknown' && (fresh || (answered && !GATE_STATUSES.includes(error.status)));
    if (nothingDone) await this.surroundings.journal.update(refusedRecord(record, error));
    throw error;
  }

  private async follow(record: RefundRecord, call: RefundCallOptions | undefined): Promise<Refund> {
    const payment = await this.read(record.request, call);
    const id = record.cancellation && cancellationId(record.cancellation);
    const now =
      id === undefined
        ? await this.find(record, payment)
        : cancellationsOf(payment).find((cancellation) => cancellationId(cancellation) === id);
    // A read that is behind does not show it yet.
    return now === undefined ? answerOf(record) : this.settle(record, now);
  }

  private async settle(record: RefundRecord, cancellation: Sdk.Payment.PaymentCancellation): Promise<Refund> {
    const { account, journal } = this.surroundings;
    const settled: RefundRecord = { ...record, state: stateOf(cancellation), cancellation };
    if (await journal.update(settled)) return answerOf(settled);
    // Another caller was faster, and may know more.
    const stored = await journal.find(account, record.refundId);
    return answerOf(stored?.idempotencyKey === record.idempotencyKey ? stored : settled);
  }

  /** Looks for what came of it where the answer does not tell; what goes wrong with that says less than the answer. */
  private async search(
    record: RefundRecord,
    error: unknown,
    call: RefundCallOptions | undefined,
  ): Promise<Sdk.Payment.PaymentCancellation | 'none' | 'not readable'> {
    try {
      for (const waits = [...READ_AGAIN_MS]; ;) {
        const payment = await this.read(record.request, call);
        const found = await this.find(record, payment);
        if (found !== undefined) return found;
        if (!isBehind(payment, record, error)) return 'none';
        const ms = waits.shift();
        if (ms === undefined) return 'not readable';
        await wait(ms, undefined, call?.signal ? { signal: call.signal } : {});
      }
    } catch {
      return 'not readable';
    }
  }

  private async find(record: RefundRecord, payment: Sdk.Payment.Payment) {
    const all = await this.surroundings.journal.ofPayment(record.account, record.paymentId);
    const others = all.filter(({ refundId }) => refundId !== record.refundId);
    // What an open one has done is not in the journal yet, and may be just what is looked for here.
    if (others.some(({ state }) => state === 'OPEN')) return undefined;
    return findOwnCancellation(record, payment, new Set(others.flatMap(({ cancellation }) => idsOf([cancellation]))));
  }

  private async refuseWhileRequested(payment: Sdk.Payment.Payment): Promise<void> {
    const requested = cancellationsOf(payment).find((cancellation) => stateOf(cancellation) === 'REQUESTED');
    if (requested === undefined) return;
    const { account, journal } = this.surroundings;
    const { id: paymentId } = payment as { id: string };
    const id = cancellationId(requested) ?? '';
    const records = await journal.ofPayment(account, paymentId);
    const owner = records.find(({ cancellation }) => cancellation && cancellationId(cancellation) === id);
    throw new RefundInProgressError(paymentId, owner ? { refundId: owner.refundId } : { cancellationId: id });
  }

  private read(
    { paymentId, storeId }: { paymentId: string; storeId?: string | undefined },
    call: RefundCallOptions | undefined,
  ): Promise<Sdk.Payment.Payment> {
    return this.surroundings.payments.getPayment(inStore({ paymentId }, storeId), call);
  }

  /** At start it cannot be told whether anybody will refund. */
  private warnOfMemory(): void {
    if (this.warned || !isProduction() || !(this.surroundings.journal instanceof InMemoryRefundJournal)) return;
    this.warned = true;
    this.logger.warn(`${STORES.refundJournal.warning} Give refundJournal a durable one.`);
  }
}

function idsOf(cancellations: readonly (Sdk.Payment.PaymentCancellation | undefined)[]): string[] {
  return cancellations.flatMap((cancellation) => (cancellation && cancellationId(cancellation)) ?? []);
}

function answerOf({ request, state, cancellation }: RefundRecord): Refund {
  const { amount, currentCancellableAmount: before } = request;
  const status = state === 'SUCCEEDED' || state === 'FAILED' ? state : 'REQUESTED';
  const taken = status === 'FAILED' ? 0 : ((cancellation && totalOf(cancellation)) ?? amount ?? before);
  return { status, cancellation: cancellation!, remaining: before - taken };
}
