/** How PortOne's API is looked at. */
export interface ApiHealthOptions {
  /**
   * Milliseconds that an answer, good or bad, is given again without asking PortOne.
   * @default 30000
   */
  maxAgeMs?: number;
  /**
   * Milliseconds until no answer is a bad one.
   * @default 3000
   */
  timeoutMs?: number;
}

/** How an inbox is looked at. */
export interface InboxHealthOptions {
  /**
   * Milliseconds until no answer is a bad one.
   * @default 3000
   */
  timeoutMs?: number;
}

/** What an inbox may have before it. */
export interface BacklogHealthOptions extends InboxHealthOptions {
  /**
   * Deliveries that are at work or wait for their next attempt.
   * @default any number
   */
  maxUnfinished?: number;
  /**
   * Deliveries that have had all their attempts.
   * @default any number
   */
  maxExhausted?: number;
  /**
   * Milliseconds since the oldest unfinished delivery came.
   * @default any age
   */
  maxAgeMs?: number;
}
