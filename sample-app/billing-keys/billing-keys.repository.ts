import type { BillingKey } from './billing-key.js';

/** Where the shop's own billing keys are kept: other shops of the same store have theirs. */
export abstract class BillingKeysRepository {
  /** Adds it; one that is there stays as it is. */
  abstract add(billingKey: BillingKey): Promise<void>;

  abstract find(billingKey: string): Promise<BillingKey | undefined>;

  abstract all(): Promise<BillingKey[]>;

  /** Does nothing when it is gone. */
  abstract remove(billingKey: string): Promise<void>;
}
