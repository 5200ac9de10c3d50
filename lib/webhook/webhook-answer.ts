/** What PortOne, or the route of one's own, is to be answered. */
export interface WebhookAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Every matching handler is through. */
export const HANDLED: WebhookAnswer = { status: 200, headers: {}, body: { status: 'handled' } };

/** It was done before; no handler ran. */
export const DUPLICATE: WebhookAnswer = { status: 200, headers: {}, body: { status: 'duplicate' } };

/** PortOne is to ask again: a handler threw or ran out of time. What it threw is for the log, not for the wire. */
export const HANDLER_FAILED: WebhookAnswer = refusal(
  500,
  'WEBHOOK_HANDLER_FAILED',
  'The event was not handled; send it again.',
);

/** PortOne is to ask again, later: nothing was handled now. */
export function tryLater(type: string, message: string, retryAfterMs: number): WebhookAnswer {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  return { ...refusal(503, type, message), headers: { 'retry-after': String(seconds) } };
}

/** Another process, or this one, is at work on it. */
export function stillAtWork(retryAfterMs: number): WebhookAnswer {
  const message = 'This delivery is still being handled; ask again for its outcome.';
  return tryLater('WEBHOOK_IN_PROGRESS', message, retryAfterMs);
}

/** It will be handled, by whoever takes it out of the queue. */
export const QUEUED: WebhookAnswer = { status: 200, headers: {}, body: { status: 'queued' } };

export function refusal(status: number, type: string, message: string): WebhookAnswer {
  return { status, headers: {}, body: { statusCode: status, type, message } };
}

/** The payment may be approved. */
export const APPROVED: WebhookAnswer = { status: 200, headers: {}, body: {} };

/** The payment is not approved; PortOne shows the message to the buyer. */
export function confirmRefused(errorMessage: string): WebhookAnswer {
  return { status: 409, headers: {}, body: { errorMessage } };
}
