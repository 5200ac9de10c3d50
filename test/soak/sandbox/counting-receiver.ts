import { Webhook } from '@portone/server-sdk';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export const SECRET = `whsec_${Buffer.from('the webhook secret of the soak').toString('base64')}`;

/** A merchant's endpoint that verifies every webhook, and keeps no more of it than a count. */
export class CountingReceiver {
  readonly byType = new Map<string, number>();
  /** How often it was told that a payment is paid, by the number at the end of its id. */
  readonly paid: Uint8Array;
  readonly failures: unknown[] = [];

  readonly #server = createServer((request, response) => {
    void (async () => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      try {
        const { type, data } = (await Webhook.verify(SECRET, body, request.headers)) as Webhook.WebhookTransactionPaid;
        this.byType.set(type, (this.byType.get(type) ?? 0) + 1);
        if (type === 'Transaction.Paid') this.paid[numberOf(data.paymentId)]! += 1;
        response.writeHead(200).end();
      } catch (error) {
        this.failures.push(error);
        response.writeHead(401).end();
      }
    })();
  });

  constructor(payments: number) {
    this.paid = new Uint8Array(payments);
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/webhook`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export function numberOf(paymentId: string): number {
  return Number(paymentId.slice(paymentId.lastIndexOf('-') + 1));
}
