import type { PaymentMismatch } from '../errors/payment-verification.error.js';
import type { PortOneTransaction } from '../portone.transaction.js';
import type { Sdk } from '../sdk.types.js';
import type { PaymentService } from '../services/payment.service.js';
import type { ExpectedPayment, VerifiedPayment } from '../services/payment-verification.js';

/** Who wanted a payment looked at. */
export type PaymentSyncCause = 'browser' | 'webhook' | 'reconcile';

/** What the application's order says of its payment. */
export interface ExpectedOrder extends ExpectedPayment {
  /**
   * The application's name for what is paid once: two payments of one order are one too many. An order that may be paid
   * anew after it was refunded needs another one for that.
   */
  orderId: string;
  /**
   * The order is past its time: whoever pays it now pays for nothing. A payment that was taken for the order before stays
   * that, so the method looks at it too: it is called with a paid one whose order has lapsed since.
   *
   * @default false
   */
  lapsed?: boolean | undefined;
}

/**
 * A payment as a method with `expect` gets it: paid means verified. `payment.status === 'PAID'` narrows it to a
 * `VerifiedPayment`.
 */
export type SyncedPayment = VerifiedPayment | Exclude<Sdk.Payment.Payment, Sdk.Payment.PaidPayment>;

/** A payment that holds the buyer's money, all of it or a part. */
export type ChargedPayment = Sdk.Payment.PaidPayment | Sdk.Payment.PartialCancelledPayment;

/** What an `@OnPaymentSync` method is told beside the payment. */
export interface PaymentSyncContext {
  readonly cause: PaymentSyncCause;
  /** The account's name; absent for the unnamed one. */
  readonly account?: string;
  /** Aborts when the lock of the payment is lost: what is still done then may be done again, at the same time. */
  readonly signal: AbortSignal;
}

/** What a method with `expect`, and its hooks, are told beside the payment. */
export interface OrderSyncContext extends PaymentSyncContext {
  /** What `expect` answered. */
  readonly order: ExpectedOrder;
  /** The account's payments, to refund with. */
  readonly payments: PaymentService;
}

/** What a `transactional` method is told beside the payment. */
export interface TransactionalSyncContext extends OrderSyncContext {
  /** Commits with the note that this state was applied when the method returns, and is rolled back when it throws. */
  readonly transaction: PortOneTransaction;
}

/** Says what the order of a payment expects; `null`: it is of no order of ours. */
export type ExpectHook = (
  paymentId: string,
  payment: Sdk.Payment.Payment,
) => ExpectedOrder | null | Promise<ExpectedOrder | null>;

/** Deals with a payment that is not what its order expects. Throw, and it is called again. */
export type MismatchHook = (
  payment: ChargedPayment,
  mismatches: readonly PaymentMismatch[],
  context: OrderSyncContext,
) => unknown;

/** Deals with money that an order does not need: it was paid before, or has lapsed. Throw, and it is called again. */
export type DuplicateChargeHook = (payment: ChargedPayment, context: OrderSyncContext) => unknown;
