import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json, send } from './answer.js';
import { receive, type ReceivedRequest } from './received-request.js';
import { Refusal } from './refusal.js';

/** Answers a request; a rejection is a defect of the sandbox. */
export type Handler = (request: ReceivedRequest, response: ServerResponse) => Promise<void>;

/** The part of the sandbox that a path belongs to: the first that takes it. */
export interface Mount {
  readonly takes: (pathname: string) => boolean;
  readonly handle: Handler;
}

/** The sandbox's HTTP side, on 127.0.0.1. */
export class HttpServer {
  readonly #server: Server;
  #port = 0;
  #closed = false;
  /** Waits until connections are taken again. */
  #reopening: NodeJS.Timeout | undefined;

  constructor(private readonly mounts: readonly Mount[]) {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** @returns the origin */
  async listen(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    this.#port = (this.#server.address() as AddressInfo).port;
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Takes no connection for so long, in real time; then again, on the same port. */
  refuseConnections(forMs: number): void {
    clearTimeout(this.#reopening);
    this.#server.close();
    this.#reopening = setTimeout(() => this.#reopen(), forMs);
  }

  /** Also ends connections that are kept alive or wait for an answer. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#reopening);
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #reopen(): void {
    this.#reopening = undefined;
    // Somebody else may have taken the port in the meantime.
    const tryAgain = () => {
      if (!this.#closed) this.#reopening = setTimeout(() => this.#reopen(), 50);
    };
    this.#server.removeAllListeners('error').once('error', tryAgain).listen(this.#port, '127.0.0.1');
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    // On a connection that was there before.
    if (this.#reopening) return void incoming.socket.destroy();
    let request: ReceivedRequest;
    try {
      request = await receive(incoming);
    } catch (error) {
      // Else the client is gone, and it never finished asking.
      if (error instanceof Refusal) send(response, json(error.status, error.data));
      return;
    }
    const pathname = request.target.split('?', 1)[0] ?? '/';
    const mount = this.mounts.find(({ takes }) => takes(pathname));
    try {
      await mount?.handle(request, response);
    } catch (error) {
      // A defect of the sandbox. It must not look like anything that PortOne says.
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json; charset=utf-8' });
      response.end(JSON.stringify({ type: 'SANDBOX_DEFECT', message: String(error) }));
    }
  }
}
