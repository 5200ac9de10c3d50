import { Injectable, Logger } from '@nestjs/common';

import type { ClientSettings } from '../client/client.settings.js';
import { isPortOneApiError } from '../errors/is-portone-api-error.js';
import type { AccountFlows } from '../portone.stores.js';
import type { PaymentId } from '../payment-id.js';
import type { Sdk } from '../sdk.types.js';
import type { PaymentService } from '../services/payment.service.js';
import type { ScopedHandlers } from '../webhook/scoped-handlers.js';
import type { WebhookHandler } from '../webhook/webhook.routes.js';
import type { ListedPayment, PaymentWebhookEvent } from './announced-state.js';
import { PaymentLocks } from './payment-locks.js';
import type { PaymentSyncOutcome } from './payment-sync-store.js';
import type { PaymentSyncHandler } from './payment-sync.explorer.js';
import { PaymentSyncRun, type SyncRequest } from './payment-sync-run.js';
import type { PaymentSyncCause } from './payment-sync.types.js';

/** What became of a sync. */
export interface PaymentSyncResult {
  /** The payment as it was read. */
  readonly payment: Sdk.Payment.Payment;
  /** `stale`: a newer state of it was applied before; nothing was called. */
  readonly outcome: PaymentSyncOutcome | 'stale';
  /** `false`: this state was dealt with before, and nothing was called. */
  readonly changed: boolean;
}

/** What a sync may be told beside its cause. */
export interface PaymentSyncOptions {
  /** The event that was told: the sync fails when the payment does not show it yet, nor anything later. */
  event?: PaymentWebhookEvent | undefined;
  /** Ends the waiting and the reading. A method that has begun goes on to its end. */
  signal?: AbortSignal | undefined;
}

/** What became of a sync that may fail. `noted`: the store has the payment as unfinished. */
export type ReconciledPayment = PaymentSyncResult | { readonly error: unknown; readonly noted: boolean };

/** How the inbox and the log call the handler that routes webhooks into the sync. */
export const SYNC_HANDLER_ID = 'PaymentSyncService.sync';

/**
 * The one path by which an application learns what became of a payment: fetched under a lock, compared with what was
 * applied last, and handed to the `@OnPaymentSync` method. The browser's return, webhooks and the reconciler all come
 * this way, in any order and at the same moment.
 */
@Injectable()
export class PaymentSyncService {
  private readonly logger = new Logger('PortOneSync');
  private readonly locks: PaymentLocks;
  /** Holds secrets: not for whoever logs this object. */
  readonly #settings: ClientSettings;
  #handler: PaymentSyncHandler | undefined;

  constructor(
    private readonly payments: PaymentService,
    settings: ClientSettings,
    private readonly flows: AccountFlows,
    private readonly scoped: ScopedHandlers,
    locks?: PaymentLocks,
  ) {
    this.#settings = settings;
    this.locks = locks ?? new PaymentLocks(flows.paymentLock);
  }

  /** @internal The module sets it once all providers exist. */
  useHandler(handler: PaymentSyncHandler | undefined): void {
    this.#handler = handler;
  }

  /**
   * Fetches the payment and applies it, unless this state was applied before.
   *
   * @param paymentId - as the browser came back with it
   * @param cause - what the method is told of the occasion
   * @throws whatever the method or a hook threw; the next sync calls it again
   * @throws PaymentVerificationError when it is not what its order expects, and there is no `onMismatch`
   * @throws DuplicateChargeError when its order was paid before or has lapsed, and there is no `onDuplicateCharge`
   * @throws StalePaymentReadError when it does not show the event yet
   * @throws PaymentLockError when others kept the lock for too long, or it was lost
   * @throws the SDK's `GetPaymentError` when there is no such payment
   */
  async sync(
    paymentId: PaymentId,
    cause: PaymentSyncCause = 'browser',
    options: PaymentSyncOptions = {},
  ): Promise<PaymentSyncResult> {
    return this.run({ ...options, paymentId, cause, resolve: this.scoped.resolver({}), handler: this.handler() });
  }

  /** @internal Every event of a payment, as a handler like any other. */
  webhookHandler(): WebhookHandler {
    return {
      id: SYNC_HANDLER_ID,
      patterns: ['Transaction.*'],
      invoke: async (routed, { signal }, resolve) => {
        const event = routed as PaymentWebhookEvent;
        const { paymentId, storeId } = event.data;
        const { storeId: ours = storeId } = this.#settings;
        if (storeId !== ours) {
          return this.logger.debug(
            `${event.type} of payment ${paymentId} is another store's (${storeId}): left alone.`,
          );
        }
        await this.run({ paymentId, cause: 'webhook', event, signal, resolve, handler: this.handler() });
      },
    };
  }

  private handler(): PaymentSyncHandler {
    if (this.#handler !== undefined) return this.#handler;
    throw new Error(
      `PaymentSyncService: ${this.flows.account === '' ? 'the unnamed account' : `account "${this.flows.account}"`} has no @OnPaymentSync method to apply payments. Add one to a provider.`,
    );
  }

  /** @internal A sync that the reconciler wants: one that fails is noted, so that the next run finds it in the store. */
  async reconcile(listed: ListedPayment, signal: AbortSignal): Promise<ReconciledPayment> {
    const { paymentId } = listed;
    const [resolve, handler] = [this.scoped.resolver({}), this.handler()];
    let noted = false;
    try {
      return await this.locked({ paymentId, listed, cause: 'reconcile', signal, resolve, handler }, async (run) => {
        try {
          return await run.readAndApply();
        } catch (error) {
          if (!isPortOneApiError(error, 'PAYMENT_NOT_FOUND')) {
            await run.open();
            noted = true;
          }
          throw error;
        }
      });
    } catch (error) {
      return { error, noted };
    }
  }

  private run(request: SyncRequest): Promise<PaymentSyncResult> {
    return this.locked(request, (run) => run.readAndApply());
  }

  private locked<T>(request: SyncRequest, work: (run: PaymentSyncRun) => Promise<T>): Promise<T> {
    const { paymentId, signal } = request;
    if (typeof paymentId !== 'string' || paymentId === '') {
      throw new TypeError('sync: paymentId must be a text that is not empty.');
    }
    const { flows, payments } = this;
    // A buyer may choose the payment id: with its kind before it, it is no other lock's key.
    const key = `${flows.account}/payment/${paymentId}`;
    const means = { payments, flows, settings: this.#settings, logger: this.logger };
    return this.locks.run(key, (held) => work(new PaymentSyncRun(means, request, held)), { signal });
  }
}
