import type { PortOneSandbox, SandboxDelivery, SandboxRequest } from '../testing/index.js';
import { printLine } from './output.js';

/** Prints each call and each webhook of a sandbox once it is answered, in one line. */
export class SandboxLog {
  #requests = 0;
  #deliveries = 0;
  /** Deliveries that were still under way when last looked at. */
  #open: SandboxDelivery[] = [];

  constructor(
    private readonly sandbox: PortOneSandbox,
    private readonly json: boolean,
  ) {}

  follow(): void {
    this.sandbox.onChange(({ kind }) => {
      if (kind === 'request') this.#printRequests();
      else if (kind === 'delivery') this.#printDeliveries();
      else if (kind === 'reset') [this.#requests, this.#deliveries, this.#open] = [0, 0, []];
    });
  }

  #printRequests(): void {
    const { requests } = this.sandbox.ledger;
    for (; this.#requests < requests.length; this.#requests += 1) {
      const request = requests[this.#requests];
      if (request) this.#print('request', request, requestLine(request));
    }
  }

  #printDeliveries(): void {
    const { deliveries } = this.sandbox;
    this.#open.push(...deliveries.slice(this.#deliveries));
    this.#deliveries = deliveries.length;
    this.#open = this.#open.filter((delivery) => {
      const isOpen = delivery.status === undefined && delivery.error === undefined;
      if (!isOpen) this.#print('delivery', delivery, deliveryLine(delivery));
      return isOpen;
    });
  }

  #print(event: string, entry: object, line: string): void {
    printLine(this.json ? JSON.stringify({ event, ...entry }) : line);
  }
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
