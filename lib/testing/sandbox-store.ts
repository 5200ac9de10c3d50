import type { SandboxFaults } from './faults/faults.js';
import type { Merchant } from './http/merchant.js';
import { SandboxBuyer } from './people/buyer.js';
import { SandboxConsole } from './people/console.js';
import { SandboxProvider } from './people/provider.js';
import { checkTarget } from './sandbox.options.js';
import type { Desk } from './state/desk.js';
import type { SandboxLedger } from './state/ledger.js';
import type { SandboxDelivery, SandboxWebhookTarget } from './webhooks/webhook.js';

/** One store of a sandbox, with its own payments, webhooks, faults and ledger. */
export class SandboxStore {
  readonly apiSecret: string;
  readonly storeId: string;
  /** The person in front of the payment window. */
  readonly buyer: SandboxBuyer;
  /** The payment provider, behind PortOne. */
  readonly provider: SandboxProvider;
  /** The merchant's staff, in PortOne's console. */
  readonly console: SandboxConsole;
  readonly #desk: Desk;

  constructor(merchant: Merchant, desk: Desk) {
    this.#desk = desk;
    this.apiSecret = merchant.apiSecret;
    this.storeId = desk.storeId;
    this.buyer = new SandboxBuyer(desk);
    this.provider = new SandboxProvider(desk);
    this.console = new SandboxConsole(desk);
  }

  /** What goes wrong, on demand. */
  get faults(): SandboxFaults {
    return this.#desk.faults;
  }

  /** Where webhooks go. May be set later than `start`: an application often needs the sandbox's URL to have one itself. */
  get webhook(): SandboxWebhookTarget | undefined {
    return this.#desk.webhooks.target;
  }

  /** @throws TypeError for a URL that is not http(s), or a secret that is not base64 */
  set webhook(target: SandboxWebhookTarget | undefined) {
    if (target !== undefined) checkTarget(target);
    this.#desk.webhooks.target = target;
  }

  /** Every request and every execution since the start or the last reset. */
  get ledger(): SandboxLedger {
    return this.#desk.ledger;
  }

  /** Every attempt to deliver a webhook since the start or the last reset, in the order in which they were begun. */
  get deliveries(): readonly SandboxDelivery[] {
    return this.#desk.webhooks.deliveries;
  }

  /** Resolves when no webhook is under way. Those that wait for their time to be sent again do not count. */
  settled(): Promise<void> {
    return this.#desk.webhooks.settled();
  }

  /**
   * Forgets payments, billing keys, faults, ledger, deliveries and the answers that idempotency keys fetch, and sends
   * nothing more for them. The clock and access tokens stay. New ids are other ones than before.
   */
  reset(): void {
    this.#desk.reset();
  }
}
