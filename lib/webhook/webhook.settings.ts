/** The webhook options with every default filled in. */
export interface WebhookSettings {
  readonly secrets: readonly string[];
  readonly toleranceSeconds: number;
  readonly handlerTimeoutMs: number;
  /** For work that nobody waits for; at least `handlerTimeoutMs`. */
  readonly backgroundTimeoutMs: number;
  readonly leaseMs: number;
  readonly maxBodyBytes: number;
}
