import { randomUUID } from 'node:crypto';
import { SandboxBuyer } from './people/buyer.js';
import { Clock, type SandboxClock } from './state/clock.js';
import { Desk } from './state/desk.js';
import { HttpServer } from './http/http-server.js';
import { IdempotencyStore } from './http/idempotency.js';
import type { SandboxLedger } from './state/ledger.js';
import { SeededRandom } from './state/random.js';
import { ROUTES } from './http/router.js';
import { checkOptions, checkTarget, type PortOneSandboxOptions } from './sandbox.options.js';
import { Tokens } from './http/tokens.js';
import { WebhookSender, type SandboxDelivery, type SandboxWebhookTarget } from './webhooks/webhook-sender.js';

/**
 * A PortOne on loopback: keeps payments and billing keys, answers their operations as PortOne's API does, and sends
 * signed webhooks. Nothing leaves the machine.
 *
 * @example
 * const sandbox = await PortOneSandbox.start({ webhook: { url: `${appUrl}/webhook/portone`, secret } });
 * await sandbox.buyer.pay(paymentId, { totalAmount: 1000 });
 * await sandbox.settled();
 * await sandbox.stop();
 */
export class PortOneSandbox {
  /** Its origin, for `baseUrl` and `PORTONE_BASE_URL`. */
  readonly url: string;
  readonly apiSecret: string;
  readonly storeId: string;
  /** The given one, or the one that was made up: with it the run can be repeated. */
  readonly seed: string | number;
  /** The person in front of the payment window. */
  readonly buyer: SandboxBuyer;
  readonly clock: SandboxClock;
  readonly #parts: Parts;
  #stopped: Promise<void> | undefined;

  /** @throws TypeError for an option that does not fit; what `listen` says when the port is taken */
  static async start(options: PortOneSandboxOptions = {}): Promise<PortOneSandbox> {
    checkOptions(options);
    const parts = assemble(options);
    return new PortOneSandbox(parts, await parts.server.listen(options.port ?? 0));
  }

  private constructor(parts: Parts, url: string) {
    this.#parts = parts;
    this.url = url;
    this.apiSecret = parts.apiSecret;
    this.storeId = parts.desk.storeId;
    this.seed = parts.desk.random.seed;
    this.clock = parts.desk.clock;
    this.buyer = new SandboxBuyer(parts.desk);
  }

  /** Where webhooks go. May be set later than `start`: an application often needs the sandbox's URL to have one itself. */
  get webhook(): SandboxWebhookTarget | undefined {
    return this.#parts.desk.webhooks.target;
  }

  /** @throws TypeError for a URL that is not http(s), or a secret that is not base64 */
  set webhook(target: SandboxWebhookTarget | undefined) {
    if (target !== undefined) checkTarget(target);
    this.#parts.desk.webhooks.target = target;
  }

  /** Every request and every execution since the start or the last reset. */
  get ledger(): SandboxLedger {
    return this.#parts.desk.ledger;
  }

  /** Every attempt to deliver a webhook since the start or the last reset, in the order in which they were begun. */
  get deliveries(): readonly SandboxDelivery[] {
    return this.#parts.desk.webhooks.deliveries;
  }

  /** Resolves when no webhook is under way. Those that wait for their time to be sent again do not count. */
  settled(): Promise<void> {
    return this.#parts.desk.webhooks.settled();
  }

  /**
   * Forgets payments, billing keys, stored answers, ledger and deliveries, and sends nothing more for them. The clock
   * and access tokens stay. New ids are other ones than before.
   */
  reset(): void {
    const { desk, idempotency } = this.#parts;
    // In this order: a webhook that is cut off asks the clock to send it again.
    desk.webhooks.clear();
    desk.clock.clear();
    desk.clear();
    idempotency.clear();
    desk.random.nextGeneration();
  }

  /** Ends everything, webhooks under way too. Nothing stays open. What it knew can still be read. */
  stop(): Promise<void> {
    const { desk, server } = this.#parts;
    desk.webhooks.target = undefined;
    desk.webhooks.abort();
    desk.clock.clear();
    return (this.#stopped ??= server.close());
  }
}

interface Parts {
  readonly apiSecret: string;
  readonly desk: Desk;
  readonly idempotency: IdempotencyStore;
  readonly server: HttpServer;
}

function assemble(options: PortOneSandboxOptions): Parts {
  const {
    apiSecret = 'sandbox-api-secret',
    storeId = 'store-sandbox',
    seed = randomUUID(),
    clock: kind = 'real',
  } = options;
  const random = new SeededRandom(seed);
  const manualFrom = kind === 'real' ? undefined : kind === 'manual' ? new Date() : kind;
  const clock: Clock = new Clock(manualFrom, () => webhooks.settled());
  const webhooks = new WebhookSender(clock, random);
  webhooks.target = options.webhook;
  const desk = new Desk(storeId, clock, random, webhooks);
  const idempotency = new IdempotencyStore(clock);
  const tokens = new Tokens(apiSecret, clock, random);
  return { apiSecret, desk, idempotency, server: new HttpServer(desk, tokens, idempotency, ROUTES) };
}
