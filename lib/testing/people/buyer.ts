import type { Sdk } from '../../sdk.types.js';
import type { Desk } from '../state/desk.js';
import { act } from './actions.js';
import type {
  SandboxBillingIssueToken,
  SandboxBillingKeyWindow,
  SandboxIssueBillingKeyOptions,
} from './buyer-billing-key.js';
import type { SandboxIdentityFailure, SandboxIdentityWindow, SandboxPerson } from './buyer-identity.js';
import type {
  SandboxIssueAndPayOptions,
  SandboxIssueAndPayToken,
  SandboxIssuedAndPaid,
} from './buyer-issue-and-pay.js';
import type {
  SandboxDepositOptions,
  SandboxFailOptions,
  SandboxOpenOptions,
  SandboxOutcome,
  SandboxPaymentToken,
  SandboxPayOptions,
  SandboxWindowChoice,
  SandboxWindowRequest,
} from './window-options.js';

/** The person in front of the payment window. Over HTTP the same is `POST /_sandbox/buyer/pay`. */
export class SandboxBuyer {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /**
   * Opens the payment window and does nothing in it yet: webhook `Transaction.Ready`. `pay`, `fail` and `closeWindow`
   * go on from there.
   *
   * @param paymentId - the merchant's; ten attempts of one are let in (PortOne has a limit and does not say which)
   * @throws TypeError for an option that does not fit, or another amount than was pre-registered
   * @throws Error with `data.type` `ALREADY_PAID`, `MAX_TRANSACTION_COUNT_REACHED` … as PortOne would refuse
   */
  open(paymentId: string, options: SandboxOpenOptions = {}): Promise<Sdk.Payment.ReadyPayment> {
    return act(this.#desk, 'buyer/open', { ...options, paymentId });
  }

  /**
   * Pays in the payment window, which it opens unless it is open: webhooks `Transaction.Ready`, then `Transaction.Paid`,
   * `Transaction.VirtualAccountIssued`, `Transaction.PayPending`, or `Transaction.Failed` for a declined card and for
   * what the merchant's server did not approve. They are under way, not yet delivered, when this resolves:
   * `await sandbox.settled()`.
   *
   * @param paymentId - the merchant's
   * @param options - what the window is opened with may be given again only as it was. With `approval: 'manual'` the
   *   payment stays `READY` until the server confirms the `paymentToken`
   * @returns the payment as `getPayment` now shows it
   * @throws TypeError for an invalid card or option, or another amount than was pre-registered
   * @throws Error with `data.type` `ALREADY_PAID` …, as PortOne would refuse
   */
  pay(paymentId: string, options: SandboxPayOptions & { approval: 'manual' }): Promise<SandboxPaymentToken>;
  pay(paymentId: string, options?: SandboxPayOptions & { approval?: 'automatic' }): Promise<SandboxOutcome>;
  pay(paymentId: string, options: object = {}): Promise<unknown> {
    return act(this.#desk, 'buyer/pay', { ...options, paymentId });
  }

  /**
   * Transfers the money to the payment's virtual account: webhook `Transaction.Paid`. An account whose time is over, or
   * that was closed, takes none: its attempt is `FAILED`, which PortOne's description leaves open.
   *
   * @throws TypeError for another amount than the one to be paid
   * @throws Error with `data.type` `PAYMENT_NOT_WAITING_FOR_DEPOSIT`
   */
  deposit(paymentId: string, options: SandboxDepositOptions = {}): Promise<Sdk.Payment.PaidPayment> {
    return act(this.#desk, 'buyer/deposit', { ...options, paymentId });
  }

  /** The provider refuses, with any code and message; opens the window unless it is open. */
  fail(paymentId: string, options: SandboxFailOptions = {}): Promise<Sdk.Payment.FailedPayment> {
    return act(this.#desk, 'buyer/fail', { ...options, paymentId });
  }

  /** Gives up: the attempt is `FAILED` with `pgCode` `PAY_PROCESS_CANCELED`; opens the window unless it is open. */
  closeWindow(
    paymentId: string,
    options: SandboxWindowRequest & SandboxWindowChoice = {},
  ): Promise<Sdk.Payment.FailedPayment> {
    return act(this.#desk, 'buyer/close-window', { ...options, paymentId });
  }

  /**
   * Opens the window for a billing key and does nothing in it yet: webhook `BillingKey.Ready`.
   *
   * @returns the key's number, for `issueBillingKey` and `failBillingKey`; it is not to be used before it is issued
   * @throws TypeError for an option that does not fit; Error with `data.type` `CHANNEL_NOT_FOUND`
   */
  openBillingKey(options: SandboxBillingKeyWindow = {}): Promise<{ billingKey: string }> {
    return act(this.#desk, 'buyer/open-billing-key', options);
  }

  /**
   * Opens the window, unless it is open, and registers a card: webhooks `BillingKey.Ready`, then `BillingKey.Issued`.
   *
   * @param options - with `approval: 'manual'` there is no key until the server confirms the `billingIssueToken`
   * @throws TypeError for an invalid card or option; Error with `data.type` where PortOne would refuse
   */
  issueBillingKey(options: SandboxIssueBillingKeyOptions & { approval: 'manual' }): Promise<SandboxBillingIssueToken>;
  issueBillingKey(
    options?: SandboxIssueBillingKeyOptions & { approval?: 'automatic' },
  ): Promise<Sdk.Payment.BillingKey.IssuedBillingKeyInfo>;
  issueBillingKey(options: object = {}): Promise<unknown> {
    return act(this.#desk, 'buyer/issue-billing-key', options);
  }

  /**
   * Registers a card and pays in one: webhooks `BillingKey.Ready` and `Transaction.Ready`, then `BillingKey.Issued` and
   * `Transaction.Paid`. A card that is declined gives neither: `PG_PROVIDER`, and both have failed.
   *
   * @param paymentId - the merchant's
   * @param options - with `approval: 'manual'` nothing is done until the server confirms the `billingIssueToken`
   * @throws TypeError for an invalid card or option; Error with `data.type` where PortOne would refuse
   */
  issueBillingKeyAndPay(
    paymentId: string,
    options: SandboxIssueAndPayOptions & { approval: 'manual' },
  ): Promise<SandboxIssueAndPayToken>;
  issueBillingKeyAndPay(
    paymentId: string,
    options?: SandboxIssueAndPayOptions & { approval?: 'automatic' },
  ): Promise<SandboxIssuedAndPaid>;
  issueBillingKeyAndPay(paymentId: string, options: object = {}): Promise<unknown> {
    return act(this.#desk, 'buyer/issue-billing-key-and-pay', { ...options, paymentId });
  }

  /** Opens the window for a billing key, unless it is open, and gives up or is refused: webhook `BillingKey.Failed`. */
  failBillingKey(options: SandboxBillingKeyWindow & { billingKey?: string } = {}): Promise<{ billingKey: string }> {
    return act(this.#desk, 'buyer/fail-billing-key', options);
  }

  /** Puts another card behind a billing key, in the provider's own app: webhook `BillingKey.Updated`. */
  updateBillingKey(
    billingKey: string,
    options: { card?: string } = {},
  ): Promise<Sdk.Payment.BillingKey.IssuedBillingKeyInfo> {
    return act(this.#desk, 'buyer/update-billing-key', { ...options, billingKey });
  }

  /** Deletes a billing key in the provider's own app; its schedules stay, and fail. Webhook `BillingKey.Deleted`. */
  deleteBillingKey(billingKey: string): Promise<Sdk.Payment.BillingKey.DeletedBillingKeyInfo> {
    return act(this.#desk, 'buyer/delete-billing-key', { billingKey });
  }

  /**
   * Opens the window for an identity verification, which is `READY` then: `enterCode` or `approveInApp` verifies it.
   *
   * @throws TypeError for an option that does not fit
   * @throws Error with `data.type` `IDENTITY_VERIFICATION_ALREADY_VERIFIED` …
   */
  requestIdentityVerification(
    identityVerificationId: string,
    options: SandboxIdentityWindow = {},
  ): Promise<{ identityVerificationId: string; identityVerificationTxId: string }> {
    return act(this.#desk, 'buyer/request-identity-verification', { ...options, identityVerificationId });
  }

  /** The six digits of the SMS that came last, good for three minutes. */
  async readCode(identityVerificationId: string): Promise<string> {
    return (await act(this.#desk, 'buyer/read-code', { identityVerificationId })).code;
  }

  /**
   * Types the code of the SMS into the window: `VERIFIED`. Where the server sent the SMS, it is
   * `confirmIdentityVerification` that takes the code.
   *
   * @param options - `code` is the right one unless it is given
   * @throws Error with `data.type` `PG_PROVIDER` for a code that is wrong, or older than three minutes
   */
  enterCode(
    identityVerificationId: string,
    options: SandboxPerson & { code?: string } = {},
  ): Promise<Sdk.IdentityVerification.VerifiedIdentityVerification> {
    return act(this.#desk, 'buyer/enter-code', { ...options, identityVerificationId });
  }

  /** Approves in the app: `VERIFIED`, or, where the server sent the request, ready for it to confirm. */
  approveInApp(
    identityVerificationId: string,
    options: SandboxPerson = {},
  ): Promise<Sdk.IdentityVerification.IdentityVerification> {
    return act(this.#desk, 'buyer/approve-in-app', { ...options, identityVerificationId });
  }

  /** Gives up, or is refused: `FAILED`. */
  failIdentityVerification(
    identityVerificationId: string,
    options: SandboxIdentityFailure = {},
  ): Promise<Sdk.IdentityVerification.FailedIdentityVerification> {
    return act(this.#desk, 'buyer/fail-identity-verification', { ...options, identityVerificationId });
  }
}
