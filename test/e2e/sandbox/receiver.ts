import { Webhook } from '@portone/server-sdk';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const SECRET = `whsec_${Buffer.from('the webhook secret of the tests').toString('base64')}`;

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly event: Webhook.Webhook & { type: string; timestamp: string; data: Record<string, string> };
}

/** A merchant's endpoint: verifies with the official SDK, and answers as the test says. */
export class Receiver {
  readonly received: Received[] = [];
  /** What went wrong on the way in: a bad signature. Must stay empty. */
  readonly failures: unknown[] = [];
  answer: (received: Received, response: ServerResponse) => void = (_, response) => response.writeHead(200).end('ok');

  readonly #server = createServer((request, response) => {
    void (async () => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      try {
        const event = (await Webhook.verify(SECRET, body, request.headers)) as Received['event'];
        const received = { headers: request.headers, body, event };
        this.received.push(received);
        this.answer(received, response);
      } catch (error) {
        this.failures.push(error);
        response.writeHead(401).end();
      }
    })();
  });

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/webhook`;
  }

  get types(): string[] {
    return this.received.map(({ event }) => event.type);
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
