import { randomUUID } from 'node:crypto';
import { HttpServer } from './http/http-server.js';
import { Merchants } from './http/merchants.js';
import { ROUTES } from './routes/routes.js';
import { Api } from './http/api.js';
import { Control } from './control/control.js';
import {
  checkOptions,
  checkStoreOptions,
  type PortOneSandboxOptions,
  type SandboxStoreOptions,
} from './sandbox.options.js';
import { SandboxStore } from './sandbox-store.js';
import { Pages } from './pages/pages.js';
import { Changes, type SandboxChange } from './state/changes.js';
import { Channels } from './state/channels.js';
import { Clock, type SandboxClock } from './time/clock.js';
import type { World } from './state/desk.js';
import { Sequence } from './state/sequence.js';
import { SeededRandom } from './state/random.js';
import { undocumentedOf, type SandboxUndocumented } from './faults/undocumented.js';

/**
 * A PortOne on loopback: keeps payments and billing keys, answers their operations as PortOne's API does, and sends
 * signed webhooks. Nothing leaves the machine. It is its own first store; `addStore` opens more.
 *
 * @example
 * const sandbox = await PortOneSandbox.start({ webhook: { url: `${appUrl}/webhook/portone`, secret } });
 * await sandbox.buyer.pay(paymentId, { totalAmount: 1000 });
 * await sandbox.settled();
 * await sandbox.stop();
 */
export class PortOneSandbox extends SandboxStore {
  /** Its origin, for `baseUrl` and `PORTONE_BASE_URL`. */
  readonly url: string;
  /** The given one, or the one that was made up: with it the run can be repeated. */
  readonly seed: string | number;
  readonly clock: SandboxClock;
  readonly #world: World;
  readonly #merchants: Merchants;
  readonly #server: HttpServer;
  #stopped: Promise<void> | undefined;

  /** @throws TypeError for an option that does not fit; what `listen` says when the port is taken */
  static async start(options: PortOneSandboxOptions = {}): Promise<PortOneSandbox> {
    checkOptions(options);
    const { apiSecret = 'sandbox-api-secret', storeId = 'store-sandbox' } = options;
    const world = worldOf(options, () => merchants.settled());
    const merchants: Merchants = new Merchants(world, apiSecret, storeId);
    merchants.all[0].desks[0].webhooks.target = options.webhook;
    const [pages, control] = [new Pages(), new Control(merchants)];
    const api = new Api(merchants, ROUTES, (forMs) => server.refuseConnections(forMs));
    const server: HttpServer = new HttpServer([
      { takes: (pathname) => pages.takes(pathname), handle: (...exchange) => pages.handle(...exchange) },
      { takes: (pathname) => control.takes(pathname), handle: (...exchange) => control.handle(...exchange) },
      { takes: () => true, handle: (...exchange) => api.handle(...exchange) },
    ]);
    return new PortOneSandbox(world, merchants, server, await server.listen(options.port ?? 0));
  }

  private constructor(world: World, merchants: Merchants, server: HttpServer, url: string) {
    super(merchants.all[0], merchants.all[0].desks[0]);
    this.#world = world;
    this.#merchants = merchants;
    this.#server = server;
    this.url = url;
    this.seed = world.seed;
    this.clock = world.clock;
  }

  /** How this PortOne behaves where PortOne's documentation is silent. May be changed at any time; checked. */
  get undocumented(): SandboxUndocumented {
    return this.#world.undocumented;
  }

  /**
   * Opens another store, of this API secret or of another, so that test files can share one sandbox and meet nothing of
   * each other.
   *
   * @throws TypeError for an option that does not fit, and for a store that is there already
   */
  addStore(options: SandboxStoreOptions): SandboxStore {
    checkStoreOptions(options);
    const { storeId, apiSecret = this.apiSecret, webhook } = options;
    const { merchant, desk } = this.#merchants.addStore(apiSecret, storeId);
    desk.webhooks.target = webhook;
    return new SandboxStore(merchant, desk);
  }

  /**
   * Calls `listener` after each change in any store; what is new can then be read there. It must not throw.
   *
   * @returns ends it
   */
  onChange(listener: (change: SandboxChange) => void): () => void {
    return this.#world.changes.subscribe(listener);
  }

  /** Resolves when no webhook of any store is under way. */
  override async settled(): Promise<void> {
    await this.#merchants.settled();
  }

  /** Resets every store; they stay, as do the clock and access tokens. */
  override reset(): void {
    for (const desk of this.#merchants.desks) desk.reset();
  }

  /** Ends everything, webhooks under way too. Nothing stays open. What it knew can still be read. */
  stop(): Promise<void> {
    for (const { webhooks } of this.#merchants.desks) {
      webhooks.target = undefined;
      webhooks.abort();
    }
    this.#world.clock.stop();
    return (this.#stopped ??= this.#server.close());
  }
}

function worldOf(options: PortOneSandboxOptions, idle: () => Promise<void>): World {
  const { seed = randomUUID(), clock = 'real', channels, channelGroups = [], undocumented } = options;
  const manualFrom = clock === 'real' ? undefined : clock === 'manual' ? new Date() : clock;
  return {
    seed,
    clock: new Clock(manualFrom, idle),
    changes: new Changes(),
    channels: new Channels(channels, channelGroups),
    sequence: new Sequence(),
    undocumented: undocumentedOf(undocumented, new SeededRandom(seed, 'undocumented')),
  };
}
