import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One request that the server has read to its end. */
export class Exchange {
  constructor(
    readonly request: IncomingMessage,
    readonly body: string,
    private readonly response: ServerResponse,
    private readonly server: MisbehavingServer,
  ) {}

  /** The idempotency key as it came, quotes and escapes included. */
  get key(): string | undefined {
    return this.request.headers['idempotency-key'] as string | undefined;
  }

  /** Does the work, once for each key, as PortOne does; a request without a key is a read. */
  execute(): string {
    return this.server.execute(this.key);
  }

  answer(status: number, body: string, headers: Record<string, string> = { 'content-type': 'application/json' }): void {
    this.response.writeHead(status, headers).end(body);
  }

  /** Promises more than it sends, and closes the connection. */
  breakOff(status: number, body: string): void {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) + 9 };
    this.response.writeHead(status, headers).write(body, () => this.request.socket.end());
  }

  reset(): void {
    this.request.socket.resetAndDestroy();
  }
}

export type Behaviour = (exchange: Exchange) => void;

/** Resets the connection before a byte of the request is read; one that is open already, after it has read. */
export const resetOnConnect: Behaviour = (exchange) => exchange.reset();

export const serve: Behaviour = (exchange) => exchange.answer(200, exchange.execute());
export const resetAfterReading: Behaviour = (exchange) => exchange.reset();
export const resetAfterExecuting: Behaviour = (exchange) => {
  exchange.execute();
  exchange.reset();
};
export const hang: Behaviour = () => undefined;
export const hangAfterExecuting: Behaviour = (exchange) => void exchange.execute();
export const html502: Behaviour = (exchange) =>
  exchange.answer(502, '<html><body>Bad Gateway</body></html>', { 'content-type': 'text/html' });
export const html502AfterExecuting: Behaviour = (exchange) => {
  exchange.execute();
  html502(exchange);
};
export const truncatedJson: Behaviour = (exchange) => exchange.answer(200, exchange.execute().slice(0, -3));
export const truncatedBody: Behaviour = (exchange) => exchange.breakOff(200, exchange.execute());
export const nullJson: Behaviour = (exchange) => {
  exchange.execute();
  exchange.answer(200, 'null');
};
export const typedError =
  (status: number, type: string): Behaviour =>
  (exchange) =>
    exchange.answer(status, JSON.stringify({ type, message: `a ${type}` }));
export const tooManyRequests =
  (retryAfter: string): Behaviour =>
  (exchange) =>
    exchange.answer(429, 'slow down', { 'content-type': 'text/plain', 'retry-after': retryAfter });
export const outstanding: Behaviour = typedError(409, 'IDEMPOTENCY_OUTSTANDING_REQUEST');

/**
 * A PortOne on loopback that does to its requests, one after the other, what it was told; afterwards it serves them. It
 * keeps a ledger of what was executed for each idempotency key, and gives a key's stored result again.
 */
export class MisbehavingServer {
  readonly #server: Server;
  readonly #script: Behaviour[] = [];
  readonly #results = new Map<string, string>();
  readonly #sockets = new Set<Socket>();
  #arrivals: (() => void)[] = [];
  /** Every request that was read, in order. */
  readonly exchanges: Exchange[] = [];
  /** How often the work of each key was done. */
  readonly ledger = new Map<string, number>();

  private constructor() {
    this.#server = createServer((request, response) => void this.#receive(request, response));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket)).on('error', () => undefined);
      if (this.#script[0] !== resetOnConnect) return;
      this.#script.shift();
      socket.resetAndDestroy();
    });
  }

  static async start(...script: Behaviour[]): Promise<MisbehavingServer> {
    const server = new MisbehavingServer();
    server.willDo(...script);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#sockets.size;
  }

  willDo(...script: Behaviour[]): void {
    this.#script.push(...script);
  }

  /** What was not done yet is not done. */
  forgetScript(): void {
    this.#script.length = 0;
  }

  /** Resolves when that many requests were read in all. */
  async arrived(count: number): Promise<Exchange> {
    while (this.exchanges.length < count) await new Promise<void>((resolve) => this.#arrivals.push(resolve));
    return this.exchanges[count - 1]!;
  }

  /** Resolves when no connection is open any more. */
  async idle(): Promise<void> {
    while (this.#sockets.size > 0) await Promise.all([...this.#sockets].map((socket) => once(socket, 'close')));
  }

  execute(key: string | undefined): string {
    if (key === undefined) return JSON.stringify({ id: 'read' });
    const stored = this.#results.get(key);
    if (stored !== undefined) return stored;
    this.ledger.set(key, (this.ledger.get(key) ?? 0) + 1);
    const result = JSON.stringify({ id: `result of ${key}` });
    this.#results.set(key, result);
    return result;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const exchange = new Exchange(request, Buffer.concat(chunks).toString(), response, this);
    const behaviour = this.#script.shift() ?? serve;
    this.exchanges.push(exchange);
    behaviour(exchange);
    for (const tell of this.#arrivals.splice(0)) tell();
  }
}
