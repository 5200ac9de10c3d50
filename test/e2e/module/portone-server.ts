import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';

/** A PortOne that has every payment, notes who asks, and can be told to hold its answers back. */
export class PortOneServer {
  readonly requests: { authorization: string | undefined; url: string; body: string }[] = [];
  readonly #held: (() => void)[] = [];
  readonly #sockets = new Set<Socket>();
  #arrived: (() => void) | undefined;
  holding = false;

  private constructor(readonly server: Server) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void this.#answer(request, response));
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(): Promise<PortOneServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new PortOneServer(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Resolves with the next request that arrives. */
  async nextRequest(): Promise<void> {
    return new Promise((resolve) => (this.#arrived = resolve));
  }

  /** Resolves once no connection is open. */
  async disconnected(): Promise<void> {
    await Promise.all([...this.#sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
  }

  release(): void {
    this.holding = false;
    for (const answer of this.#held.splice(0)) answer();
  }

  async stop(): Promise<void> {
    this.release();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers, url = '' } = request;
    const body = await text(request);
    this.requests.push({ authorization: headers.authorization, url, body });
    const answer = (): void => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ status: 'PAID', id: decodeURIComponent(url.split(/[/?]/)[2] ?? '') }));
    };
    if (this.holding) this.#held.push(answer);
    else answer();
    this.#arrived?.();
  }
}
