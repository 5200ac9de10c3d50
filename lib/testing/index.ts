export type { SandboxBuyer, SandboxPaymentToken, SandboxPayOptions } from './people/buyer.js';
export type { AdvanceOptions, SandboxClock, SandboxDuration } from './state/clock.js';
export type { SandboxExecution, SandboxLedger, SandboxRequest } from './state/ledger.js';
export { PortOneSandbox } from './sandbox.js';
export type { PortOneSandboxOptions } from './sandbox.options.js';
export { signWebhook } from './sign-webhook.js';
export type { SignableEvent, SignBodyOptions, SignedWebhook, SignEventOptions } from './sign-webhook.js';
export type { SandboxDelivery, SandboxWebhookTarget } from './webhooks/webhook-sender.js';
