import type { RequestFault } from '../faults/faults.js';

/** A request that the sandbox answered; the calls of `/_sandbox` are not among them. */
export interface SandboxRequest {
  readonly at: Date;
  readonly method: string;
  /** With its query, as it was sent. */
  readonly path: string;
  /** The SDK's name, `payment.cancelPayment`; absent where no operation matches. */
  readonly operation?: string;
  /** The text inside the header's quotes. */
  readonly idempotencyKey?: string;
  /** Of the store that was meant, or else of the API secret's first. */
  readonly storeId: string;
  /** Absent where a fault had the connection reset. */
  readonly status?: number;
  /** The fault that it met. */
  readonly fault?: RequestFault['fault'];
  /** From its last byte to the answer's first, by the sandbox's clock. */
  readonly durationMs: number;
  /** `true`: the stored answer to an earlier request of this key, nothing was done again. */
  readonly replayed: boolean;
}

/** Something that was really done, once per entry, however often it was asked for. */
export interface SandboxExecution {
  readonly at: Date;
  /**
   * `CHARGE`: money was taken, also by a deposit; `DECLINE`: the provider refused; `CANCEL`: money was given back, so
   * not yet where a cancel is only requested.
   */
  readonly kind:
    | 'CHARGE'
    | 'DECLINE'
    | 'CANCEL'
    | 'CAPTURE'
    | 'ISSUE_VIRTUAL_ACCOUNT'
    | 'CLOSE_VIRTUAL_ACCOUNT'
    | 'ISSUE_BILLING_KEY'
    | 'DELETE_BILLING_KEY'
    | 'ISSUE_CASH_RECEIPT'
    | 'CANCEL_CASH_RECEIPT';
  readonly paymentId?: string;
  readonly transactionId?: string;
  readonly billingKey?: string;
  /** In the currency's minor unit. */
  readonly amount?: number;
}

/** What the sandbox was asked and what it did, in order. */
export interface SandboxLedger {
  readonly requests: readonly SandboxRequest[];
  readonly executions: readonly SandboxExecution[];
}

export class Ledger implements SandboxLedger {
  readonly requests: SandboxRequest[] = [];
  readonly executions: SandboxExecution[] = [];

  clear(): void {
    this.requests.length = 0;
    this.executions.length = 0;
  }
}
