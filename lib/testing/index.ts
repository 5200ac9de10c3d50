export type { SandboxBuyer } from './people/buyer.js';
export type {
  SandboxBillingIssueToken,
  SandboxBillingKeyWindow,
  SandboxIssueBillingKeyOptions,
} from './people/buyer-billing-key.js';
export type {
  SandboxIssueAndPayOptions,
  SandboxIssueAndPayToken,
  SandboxIssuedAndPaid,
} from './people/buyer-issue-and-pay.js';
export type { SandboxIdentityFailure, SandboxIdentityWindow, SandboxPerson } from './people/buyer-identity.js';
export type { SandboxConsole } from './people/console.js';
export type { SandboxCancelOptions } from './people/console-payment.js';
export type { SandboxProvider } from './people/provider.js';
export type {
  SandboxDepositOptions,
  SandboxExpiry,
  SandboxFailOptions,
  SandboxOpenOptions,
  SandboxOutcome,
  SandboxPaymentToken,
  SandboxPayMethod,
  SandboxPayOptions,
  SandboxWindowChoice,
  SandboxWindowRequest,
} from './people/window-options.js';
export type { SandboxPromotionOptions } from './people/console-promotion.js';
export type { AdvanceOptions, SandboxClock } from './time/clock.js';
export type { SandboxDuration } from './time/duration.js';
export type { SandboxChange } from './state/changes.js';
export type { SandboxExecution, SandboxLedger, SandboxRequest } from './state/ledger.js';
export type {
  ActiveFault,
  DeliveryFault,
  FaultMatch,
  RequestFault,
  SandboxFault,
  SandboxFaults,
} from './faults/faults.js';
export type { SandboxChannel, SandboxChannelGroup } from './state/channels.js';
export type { SandboxStore } from './sandbox-store.js';
export { UNDOCUMENTED_VARIANTS, type SandboxUndocumented } from './faults/undocumented.js';
export { PortOneSandbox } from './sandbox.js';
export type { PortOneSandboxOptions, SandboxStoreOptions } from './sandbox.options.js';
export { signWebhook } from './sign-webhook.js';
export type { SignableEvent, SignBodyOptions, SignedWebhook, SignEventOptions } from './sign-webhook.js';
export type { SandboxDelivery, SandboxWebhookTarget } from './webhooks/webhook.js';
