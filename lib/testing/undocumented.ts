/**
 * What PortOne's documentation leaves open, one switch each: an application has to be right either way, so its tests
 * should run both ways.
 */
export interface SandboxUndocumented {
  /** The `webhook-id` of an automatic re-send: that of the first sending, or a new one. @default 'same' */
  resentWebhookId: 'same' | 'new';
  /** Which answer to a webhook ends its re-sends. @default 'any-2xx' */
  acknowledgedBy: 'any-2xx' | 'only-200';
  /** How many reads of a payment, after each change of it, still show it as it was before. @default 0 */
  staleReads: number;
  /** For how long (by the sandbox's clock) a new entry, or a change of one, is missing from every list. @default 0 */
  listLagSeconds: number;
  /**
   * What an idempotency key gives that came before with another request: an error, the first request's answer, or the
   * new request is done.
   * @default 'refuse'
   */
  reusedKey: 'refuse' | 'replay' | 'execute';
  /**
   * When `PAYMENT_SCHEDULE_ALREADY_EXISTS` comes: only while a schedule of this payment id is active, for any that
   * ever was (also revoked, also done), or never, so that a second schedule of the id comes into being.
   * @default 'active'
   */
  scheduleExists: 'active' | 'ever' | 'never';
  /** Whether paying a payment id at once, while a schedule of it is active, is refused. @default 'refuse' */
  payWhileScheduled: 'refuse' | 'allow';
  /** Whether a billing key with active schedules can be deleted; allowed, its schedules are revoked. @default 'refuse' */
  deleteWhileScheduled: 'refuse' | 'allow';
  /** Which answer to the question before approval approves. @default 'any-2xx' */
  confirmedBy: 'any-2xx' | 'only-200';
}

/** The defaults: what most of PortOne's guides read like. */
export const DOCUMENTED_GUESS: SandboxUndocumented = {
  resentWebhookId: 'same',
  acknowledgedBy: 'any-2xx',
  staleReads: 0,
  listLagSeconds: 0,
  reusedKey: 'refuse',
  scheduleExists: 'active',
  payWhileScheduled: 'refuse',
  deleteWhileScheduled: 'refuse',
  confirmedBy: 'any-2xx',
};
