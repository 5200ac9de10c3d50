import type { SandboxChange, SandboxDelivery, SandboxRequest } from '../testing/index.js';
import { printLine } from './output.js';

/** Prints each call and each webhook of a sandbox once it is answered, in one line: for `sandbox.onChange`. */
export function logWith(json: boolean): (change: SandboxChange) => void {
  const print = (event: string, entry: object, line: string): void =>
    printLine(json ? JSON.stringify({ event, ...entry }) : line);
  return ({ request, delivery }) => {
    if (request) print('request', request, requestLine(request));
    const isAnswered = delivery && (delivery.status !== undefined || delivery.error !== undefined);
    if (isAnswered) print('delivery', delivery, deliveryLine(delivery));
  };
}

function requestLine({ at, method, path, operation, status, durationMs, idempotencyKey, replayed }: SandboxRequest) {
  const [pathname] = path.split('?', 1);
  const key = idempotencyKey === undefined ? '' : ` key ${idempotencyKey}${replayed ? ' (replayed)' : ''}`;
  return `${timeOf(at)} ${method} ${pathname} ${operation ?? '-'} ${status} ${durationMs} ms${key}`;
}

function deliveryLine({ at, type, paymentId, billingKey, url, attempt, status, error }: SandboxDelivery): string {
  return `${timeOf(at)} webhook ${type} ${paymentId ?? billingKey ?? '-'} to ${url}, attempt ${attempt}: ${status ?? error}`;
}

function timeOf(at: Date): string {
  return at.toISOString().slice(11, 23);
}
