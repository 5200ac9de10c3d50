import type { SandboxDelivery } from '../webhooks/webhook.js';
import type { SandboxRequest } from './ledger.js';

/** Something in a store is no longer as it was. */
export interface SandboxChange {
  readonly storeId: string;
  readonly kind:
    | 'payment'
    | 'billing-key'
    | 'schedule'
    | 'identity-verification'
    | 'cash-receipt'
    | 'promotion'
    | 'request'
    | 'delivery'
    | 'fault'
    | 'clock'
    | 'reset';
  /** Of what changed: a payment id, a billing key …; absent where all of the kind did. */
  readonly id?: string;
  /** Of kind `request`: the one that was answered. */
  readonly request?: SandboxRequest;
  /** Of kind `delivery`: the attempt that began or ended. */
  readonly delivery?: SandboxDelivery;
}

/** Tells those who look on, the dashboard and the command's log. They must not throw. */
export class Changes {
  readonly #listeners = new Set<(change: SandboxChange) => void>();

  /** @returns ends it */
  subscribe(listener: (change: SandboxChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  tell(change: SandboxChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
