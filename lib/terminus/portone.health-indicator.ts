import { Inject, Injectable, Logger, type Provider } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';

import { PortOneClient } from '../client/portone-client.js';
import { isPortOneApiError } from '../errors/is-portone-api-error.js';
import { errorTypeOf } from '../observability/error-type.js';
import { getPortOneToken } from '../portone.tokens.js';
import { describeThrown } from '../webhook/thrown.js';
import { WebhookInboxAdmin } from '../webhook/webhook-inbox.admin.js';
import type { ApiHealthOptions, BacklogHealthOptions, InboxHealthOptions } from './health-options.js';

const DEFAULT_TIMEOUT_MS = 3_000;
const DEFAULT_MAX_AGE_MS = 30_000;

/** A payment that nobody makes. To be told that there is none costs PortOne one look, and proves secret and store. */
const NO_PAYMENT = 'nestjs-portone-health-check';

/** How a look ended: well, or of what not. */
interface Look {
  /** By `performance.now()`. */
  readonly at: number;
  readonly checkedAt: string;
  readonly reason: string | undefined;
}

/**
 * Tells Terminus how an account is. A provider of the application's own, beside `TerminusModule`; for a named account
 * `PortOneHealthIndicator.for('b')`. What it shows are words and numbers, never a message of a store or of PortOne, since
 * a health endpoint is often open; the log has those.
 *
 * @example
 * health.check([() => portOne.api('portone'), () => portOne.backlog('webhooks', { maxExhausted: 0 })])
 */
@Injectable()
export class PortOneHealthIndicator {
  private readonly logger = new Logger('PortOneHealth');
  private asking: Promise<Look> | undefined;
  private last: Look | undefined;

  constructor(
    @Inject(HealthIndicatorService) private readonly health: HealthIndicatorService,
    @Inject(PortOneClient) private readonly client: PortOneClient,
    @Inject(WebhookInboxAdmin) private readonly admin: WebhookInboxAdmin,
  ) {}

  /** The provider of a named account; inject it with `@InjectPortOne(PortOneHealthIndicator, account)`. */
  static for(account: string): Provider {
    return {
      provide: getPortOneToken(PortOneHealthIndicator, account),
      useFactory: (...parts: ConstructorParameters<typeof PortOneHealthIndicator>) =>
        new PortOneHealthIndicator(...parts),
      inject: [
        HealthIndicatorService,
        getPortOneToken(PortOneClient, account),
        getPortOneToken(WebhookInboxAdmin, account),
      ],
    };
  }

  /**
   * Whether PortOne answers, and takes the API secret: one GET, without a retry. However many ask, and however often, there
   * is one on its way at the most, and not another within `maxAgeMs`.
   */
  async api<const Key extends string>(
    key: Key,
    { maxAgeMs = DEFAULT_MAX_AGE_MS, timeoutMs = DEFAULT_TIMEOUT_MS }: ApiHealthOptions = {},
  ): Promise<HealthIndicatorResult<Key>> {
    const isFresh = this.last !== undefined && performance.now() - this.last.at < maxAgeMs;
    if (!isFresh) this.asking ??= this.askApi(timeoutMs);
    const { reason, checkedAt } = isFresh ? this.last! : await this.asking!;
    const session = this.health.check(key);
    return reason === undefined ? session.up({ checkedAt }) : session.down({ checkedAt, reason });
  }

  /** Whether the store of the webhook inbox takes what is written. */
  async inbox<const Key extends string>(
    key: Key,
    { timeoutMs = DEFAULT_TIMEOUT_MS }: InboxHealthOptions = {},
  ): Promise<HealthIndicatorResult<Key>> {
    const session = this.health.check(key);
    try {
      await within(timeoutMs, () => this.admin.ping());
      return session.up();
    } catch (error) {
      return session.down({ reason: this.reasonOf('The webhook inbox', error) });
    }
  }

  /**
   * Whether the webhook inbox keeps up. Of an inbox that does not finish work itself it cannot be told, and is down. A
   * queue has a backlog of its own: see `PortOneQueueAdmin.backlog()`.
   */
  async backlog<const Key extends string>(
    key: Key,
    { timeoutMs = DEFAULT_TIMEOUT_MS, maxUnfinished, maxExhausted, maxAgeMs }: BacklogHealthOptions = {},
  ): Promise<HealthIndicatorResult<Key>> {
    const session = this.health.check(key);
    try {
      const { unfinished, exhausted, oldestReceivedAt } = await within(timeoutMs, () => this.admin.backlog());
      const ageMs = oldestReceivedAt === null ? 0 : Math.max(0, Date.now() - oldestReceivedAt.getTime());
      const exceeded = Object.entries({
        maxUnfinished: unfinished > (maxUnfinished ?? Infinity),
        maxExhausted: exhausted > (maxExhausted ?? Infinity),
        maxAgeMs: ageMs > (maxAgeMs ?? Infinity),
      }).flatMap(([limit, isExceeded]) => (isExceeded ? [limit] : []));
      const numbers = { unfinished, exhausted, ageMs };
      return exceeded.length === 0 ? session.up(numbers) : session.down({ ...numbers, exceeded });
    } catch (error) {
      return session.down({ reason: this.reasonOf('The backlog of the webhook inbox', error) });
    }
  }

  private async askApi(timeoutMs: number): Promise<Look> {
    let reason: string | undefined;
    try {
      await within(timeoutMs, (signal) =>
        this.client.payment.getPayment({ paymentId: NO_PAYMENT }, { retry: false, timeoutMs, signal }),
      );
    } catch (error) {
      if (!isPortOneApiError(error, 'PAYMENT_NOT_FOUND')) reason = this.reasonOf("PortOne's API", error);
    }
    this.asking = undefined;
    this.last = { at: performance.now(), checkedAt: new Date().toISOString(), reason };
    return this.last;
  }

  private reasonOf(what: string, error: unknown): string {
    this.logger.warn(`${what} is not well: ${describeThrown(error)}`);
    if (error instanceof TooLate) return 'timeout';
    const { code } = (typeof error === 'object' && error !== null ? error : {}) as { code?: unknown };
    return typeof code === 'string' && /^\w{1,60}$/.test(code) ? code : errorTypeOf(error);
  }
}

class TooLate extends Error {}

/** A pool whose connections are all taken, or a store that is away, may not answer for long. */
async function within<T>(ms: number, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new TooLate(`There was no answer within ${ms} ms.`));
      stop.abort();
    }, ms);
  });
  try {
    return await Promise.race([ask(stop.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
