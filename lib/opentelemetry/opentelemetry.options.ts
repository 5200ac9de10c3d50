/** What `PortOneOpenTelemetryModule` is told. */
export interface PortOneOpenTelemetryOptions {
  /**
   * `true`: PortOne is sent `traceparent` and `tracestate`. Of no use to a shop, unless something of its own lies between.
   * Baggage is never sent.
   * @default false
   */
  sendTraceparent?: boolean | undefined;
}
