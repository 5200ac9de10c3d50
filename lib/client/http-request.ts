/** One request as it goes over the wire, credentials and idempotency key aside. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, percent-encoded, starting with `/`. */
  readonly path: string;
  /** The JSON text of the body. */
  readonly body?: string | undefined;
}
