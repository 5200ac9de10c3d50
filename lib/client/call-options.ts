/** What a single call may say for itself; every operation takes it as its last argument. */
export interface CallOptions {
  /**
   * Names the business operation behind this call: 16 to 256 printable ASCII characters. Within three hours PortOne
   * answers a second call with the same key and the same request with the first one's answer, so give a key of your
   * own where a call may be made again after a crash or by a double click. Ignored on GET.
   *
   * @default a fresh UUID per call, the same for all retries of that call
   * @see https://developers.portone.io/api/rest-v2/overview (멱등 키)
   */
  idempotencyKey?: string | undefined;
  /**
   * Milliseconds for one attempt, from connecting to the last byte of the answer.
   *
   * @default the module's `timeoutMs`
   */
  timeoutMs?: number | undefined;
  /** Stops the call. PortOne may do the work all the same: the error says so with `outcome: 'unknown'`. */
  signal?: AbortSignal | undefined;
  /** `false`: one attempt only. */
  retry?: false | undefined;
}
