import type { SandboxChange, SandboxDelivery, SandboxRequest } from '../testing/index.js';
import { withoutCredentials } from '../testing/webhooks/without-credentials.js';
import { printLine } from './output.js';

/** Prints each call and each webhook of a sandbox once it is answered, in one line: for `sandbox.onChange`. */
export function logWith(json: boolean): (change: SandboxChange) => void {
  const print = (event: string, entry: object, line: string): void =>
    printLine(json ? JSON.stringify({ event, ...entry }) : line);
  return ({ request, delivery }) => {
    if (request) print('request', request, requestLine(request));
    const isAnswered = delivery && (delivery.status !== undefined || delivery.error !== undefined);
    if (!isAnswered) return;
    const shown = { ...delivery, url: withoutCredentials(delivery.url) };
    print('delivery', shown, deliveryLine(shown));
  };
}

function requestLine(request: SandboxRequest): string {
  const {
    at,
    method,
    path,
    operation = '-',
    status = 'no answer',
    durationMs,
    fault,
    idempotencyKey,
    replayed,
  } = request;
  const [pathname] = path.split('?', 1);
  const key = idempotencyKey === undefined ? '' : ` key ${idempotencyKey}${replayed ? ' (replayed)' : ''}`;
  return `${timeOf(at)} ${method} ${pathname} ${operation} ${status} ${durationMs} ms${key}${faultOf(fault)}`;
}

function deliveryLine(delivery: SandboxDelivery): string {
  const { at, type, paymentId, billingKey = '-', url, attempt, manual, status, error, fault } = delivery;
  const which = `${manual ? 'manual ' : ''}attempt ${attempt}`;
  return `${timeOf(at)} webhook ${type} ${paymentId ?? billingKey} to ${url}, ${which}: ${status ?? error}${faultOf(fault)}`;
}

function faultOf(fault: string | undefined): string {
  return fault === undefined ? '' : ` (fault ${fault})`;
}

function timeOf(at: Date): string {
  return at.toISOString().slice(11, 23);
}
