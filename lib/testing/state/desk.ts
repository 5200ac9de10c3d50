import { FaultRules } from '../faults/fault-rules.js';
import type { Sdk } from '../../sdk.types.js';
import type { IdempotencyStore } from '../http/idempotency.js';
import type { SandboxUndocumented } from '../faults/undocumented.js';
import { WebhookSender } from '../webhooks/webhook-sender.js';
import type { Changes, SandboxChange } from './changes.js';
import type { Channels } from './channels.js';
import type { Clock } from '../time/clock.js';
import { Ledger } from './ledger.js';
import type { SeededRandom } from './random.js';
import { BillingKeyConfirmations } from './billing-keys/billing-key-confirmations.js';
import { BillingKeys } from './billing-keys/billing-keys.js';
import { CashReceipts } from './cash-receipts/cash-receipts.js';
import { IdentityVerifications } from './identity/identity-verifications.js';
import { Payments } from './payments/payments.js';
import { Promotions } from './promotions/promotions.js';
import { Schedules } from './billing-keys/schedules.js';
import type { Sequence } from './sequence.js';
import { UnderWay } from '../time/under-way.js';

/** What all stores of a sandbox share. */
export interface World {
  readonly seed: string | number;
  readonly clock: Clock;
  readonly changes: Changes;
  readonly channels: Channels;
  readonly undocumented: SandboxUndocumented;
  /** Of what happens in any store. */
  readonly sequence: Sequence;
}

/** One store and all that belongs to it. The routes, the buyer and the provider work on it. */
export class Desk {
  readonly ledger = new Ledger();
  /** What goes on by itself: webhooks, questions, jobs of the clock. */
  readonly underWay = new UnderWay();
  readonly faults: FaultRules;
  readonly webhooks: WebhookSender;
  readonly payments = new Payments(this);
  readonly billingKeys = new BillingKeys(this);
  readonly billingKeyConfirmations = new BillingKeyConfirmations(this);
  readonly schedules = new Schedules(this);
  readonly identityVerifications = new IdentityVerifications(this);
  readonly cashReceipts = new CashReceipts(this);
  readonly promotions = new Promotions(this);

  constructor(
    readonly world: World,
    readonly merchantId: string,
    readonly storeId: string,
    readonly random: SeededRandom,
    private readonly idempotency: IdempotencyStore,
  ) {
    this.faults = new FaultRules(random, () => this.tell('fault'));
    this.webhooks = new WebhookSender(this);
  }

  get clock(): Clock {
    return this.world.clock;
  }

  get undocumented(): SandboxUndocumented {
    return this.world.undocumented;
  }

  /** As `clock.schedule`; a reset of this store takes it off. */
  schedule(delayMs: number, run: () => void | Promise<void>): () => void {
    return this.clock.schedule(delayMs, () => this.underWay.during(Promise.resolve(run())), this);
  }

  tell(kind: SandboxChange['kind'], id?: string, entry: Pick<SandboxChange, 'request' | 'delivery'> = {}): void {
    this.world.changes.tell({ storeId: this.storeId, kind, ...(id !== undefined && { id }), ...entry });
  }

  /** Forgets everything; new ids are other ones than before. */
  reset(): void {
    this.webhooks.clear();
    this.idempotency.clear(this);
    this.clock.clear(this);
    this.ledger.clear();
    this.faults.clear();
    this.payments.clear();
    this.billingKeys.clear();
    this.billingKeyConfirmations.clear();
    this.schedules.clear();
    this.identityVerifications.clear();
    this.cashReceipts.clear();
    this.promotions.clear();
    this.random.nextGeneration();
    this.tell('reset');
  }

  /** @throws Refusal where the store has no such channel */
  channel(key?: string): Sdk.Common.SelectedChannel {
    return this.world.channels.find(key);
  }
}
