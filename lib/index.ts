// The whole public face of `nestjs-portone`.
export { PortOneModule } from './portone.module.js';
export type { PortOneModuleExtras, WebhookInboxProvider } from './portone.extras.js';
export type { StoreProvider } from './portone.stores.js';
export {
  PortOneClientOptions,
  PortOneModuleOptions,
  PortOneRetryOptions,
  PortOneWebhookReceiverOptions,
  type PortOneOptionsFactory,
} from './portone.options.js';
export { portOneConfig, portOneConfigFor, validatePortOneEnv } from './portone.config.js';
export { getPortOneToken, InjectPortOne } from './portone.tokens.js';

export { PortOneClient, type ClosablePortOneClient, type WithCallOptions } from './client/portone-client.js';
export type { CallOptions } from './client/call-options.js';
export type { PortOneEnvironment } from './client/client.settings.js';
export type { PortOneRequest } from './client/custom-request.js';
export { createPortOneClient } from './create-portone-client.js';
export { createPaymentId, type PaymentId, type ScheduleId } from './payment-id.js';
export * from './services/index.js';

export type { CallFailure, CallOutcome } from './errors/call-failure.js';
export { PortOneAbortError, PortOneConnectionError } from './errors/portone-connection.error.js';
export { PortOneTimeoutError } from './errors/portone-timeout.error.js';
export { PortOneUnexpectedResponseError } from './errors/portone-unexpected-response.error.js';
export { PortOneOptionsError, type OptionMistake } from './errors/portone-options.error.js';
export { PortOneStartError } from './errors/portone-start.error.js';
export { PaymentVerificationError, type PaymentMismatch } from './errors/payment-verification.error.js';
export {
  WebhookVerificationError,
  type WebhookVerificationFailureReason,
} from './errors/webhook-verification.error.js';
export {
  isPortOneApiError,
  type AnyPortOneErrorData,
  type PortOneApiError,
  type PortOneErrorData,
} from './errors/is-portone-api-error.js';
export type { PortOneErrorType } from './errors/error-status.js';
export { isUnrecognized } from './errors/is-unrecognized.js';
export { httpStatusOf, type OwnErrorType } from './errors/error-answer.js';
export {
  PortOneExceptionFilter,
  type PortOneErrorBody,
  type PortOneExceptionFilterOptions,
} from './filters/portone-exception.filter.js';

export { PortOneWebhook, PortOneConfirm, type PortOneWebhookOptions } from './webhook/portone-webhook.decorator.js';
export type {
  AnyWebhookEvent,
  WebhookEvent,
  WebhookEventOf,
  WebhookEventType,
  WebhookPattern,
} from './webhook/webhook-event.js';
export type { TransactionalWebhookDelivery, WebhookDelivery } from './webhook/webhook-delivery.js';
export { ConfirmRejection, WebhookDiscard } from './webhook/webhook-refusals.js';
export { WebhookVerifier, type WebhookHeaders } from './webhook/webhook-verifier.js';
export { VerifiedWebhook, WebhookGuard } from './webhook/webhook.guard.js';
export type { ReceivedWebhook } from './webhook/webhook.receiver.js';
export { WebhookDispatcher } from './webhook/webhook.dispatcher.js';
export type { WebhookAnswer } from './webhook/webhook-answer.js';
export {
  PortOneWebhookEvents,
  type DiscardedWebhook,
  type ExhaustedWebhook,
  type FailedWebhook,
  type HandledWebhook,
} from './webhook/portone-webhook-events.js';
export { WebhookInbox, type KeptDelivery, type WebhookClaim } from './webhook/inbox/webhook-inbox.js';
export {
  RedrivingWebhookInbox,
  type DueDelivery,
  type InboxBacklog,
  type InboxEntry,
  type InboxListOptions,
} from './webhook/inbox/redriving-webhook-inbox.js';
export type { RedriveOptions, RedriveSettings } from './webhook/inbox/redrive-policy.js';
export { WebhookInboxAdmin } from './webhook/webhook-inbox.admin.js';
export type { QueuedWebhook, WebhookQueue, WorkResult } from './webhook/webhook-queue.js';
export type { PortOneTransaction } from './portone.transaction.js';
export {
  IN_MEMORY_INBOX_OPTIONS,
  InMemoryWebhookInbox,
  type InMemoryWebhookInboxOptions,
} from './webhook/inbox/in-memory.inbox.js';

export { PaymentLock, type PaymentLockClaim } from './sync/payment-lock.js';
export { InMemoryPaymentLock } from './sync/in-memory.payment-lock.js';
export {
  PaymentSyncStore,
  type AppliedPayment,
  type PaymentSyncOpening,
  type PaymentSyncOutcome,
} from './sync/payment-sync-store.js';
export {
  IN_MEMORY_PAYMENT_SYNC_STORE_OPTIONS,
  InMemoryPaymentSyncStore,
  type InMemoryPaymentSyncStoreOptions,
} from './sync/in-memory.payment-sync-store.js';

export { RefundJournal, type RefundRecord, type RefundRequest, type RefundState } from './refunds/refund-journal.js';
export { InMemoryRefundJournal } from './refunds/in-memory.refund-journal.js';
export type { Refund, RefundAccount, RefundOptions, RefundTerms } from './refunds/refund-options.js';
export type { RefundCallOptions } from './refunds/refunds.js';
export type { FollowedRefunds } from './refunds/follow-refunds.js';
export { isVirtualAccountPayment, type VirtualAccountPayment } from './refunds/refund-account.js';
export type { ApproveOptions } from './approvals/payment-approval.js';
export type { ApprovedPayment } from './approvals/payment-outcome.js';
export type {
  ApproveAndPayOptions,
  ApproveBillingKeyOptions,
  ApprovedBillingKeyPayment,
} from './approvals/billing-key-approval.js';
export type { IdentityStatus } from './identity/identity-status.js';
export type { IdentityRequirements, OptionalIdentityField, VerifiedCustomer } from './identity/verified-customer.js';
export { BillingKeyNotConfirmedError } from './errors/billing-key-not-confirmed.error.js';
export { IdentityNotVerifiedError, type IdentityProblem } from './errors/identity-not-verified.error.js';
export { PaymentUndecidedError } from './errors/payment-undecided.error.js';
export { RefundAccountRequiredError } from './errors/refund-account-required.error.js';
export { RefundConflictError, type RefundDifference } from './errors/refund-conflict.error.js';
export { RefundInProgressError } from './errors/refund-in-progress.error.js';
export { OnPaymentSync, type OnPaymentSyncOptions } from './sync/on-payment-sync.decorator.js';
export { PaymentSyncService, type PaymentSyncOptions, type PaymentSyncResult } from './sync/payment-sync.service.js';
export type {
  ChargedPayment,
  DuplicateChargeHook,
  ExpectedOrder,
  ExpectHook,
  MismatchHook,
  OrderSyncContext,
  PaymentSyncCause,
  PaymentSyncContext,
  SyncedPayment,
  TransactionalSyncContext,
} from './sync/payment-sync.types.js';
export type { PaymentWebhookEvent } from './sync/announced-state.js';
export { refundDuplicateCharge, refundMismatch } from './sync/charge-hooks.js';
export { DuplicateChargeError } from './errors/duplicate-charge.error.js';
export { PaymentLockError, type PaymentLockFailureReason } from './errors/payment-lock.error.js';
export { StalePaymentReadError } from './errors/stale-payment-read.error.js';

export { SubscriptionService } from './subscriptions/subscription.service.js';
export type {
  StartSubscriptionOptions,
  SubscriptionSweep,
  SubscriptionSweepOptions,
} from './subscriptions/subscription-options.js';
export { OnSubscription } from './subscriptions/on-subscription.decorator.js';
export type {
  SubscriptionCharged,
  SubscriptionChargedAfterCancel,
  SubscriptionDuplicateCharge,
  SubscriptionEvent,
  SubscriptionEvents,
  SubscriptionEventType,
  SubscriptionFailed,
  SubscriptionLapsed,
} from './subscriptions/subscription-events.js';
export type { StoredPlan, SubscriptionInterval, SubscriptionPlan } from './subscriptions/subscription-plan.js';
export type {
  SubscriptionAttempt,
  SubscriptionAttemptState,
  SubscriptionPaymentOptions,
  SubscriptionRecord,
  SubscriptionStatus,
} from './subscriptions/subscription-record.js';
export { subscriptionPaymentId } from './subscriptions/subscription-ids.js';
export { SubscriptionStore } from './subscriptions/subscription-store.js';
export { InMemorySubscriptionStore } from './subscriptions/in-memory.subscription-store.js';
export { SubscriptionError, type SubscriptionErrorReason } from './errors/subscription.error.js';
export { PORTONE_CHANNELS } from './observability/channel-names.js';
export type {
  PortOneAttemptMessage,
  PortOneCallMessage,
  PortOneDeliveryMessage,
  PortOneDeliveryName,
  PortOneDeliveryVia,
  PortOneExhaustedMessage,
  PortOneHandlerMessage,
  PortOneObserved,
  PortOneRefusedMessage,
  PortOneVerifiedMessage,
} from './observability/messages.js';
export { PaymentReconciler, type ReconcileOptions, type RedeliverOptions } from './reconciler/payment-reconciler.js';
export type { ReconcileOutcome, ReconcileSummary } from './reconciler/reconciler-run.js';
export type { RedeliverySummary } from './reconciler/redelivery.js';
