import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { receive, type ReceivedRequest } from './received-request.js';

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

  constructor(private readonly mounts: readonly Mount[]) {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** @returns the origin */
  async listen(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Also ends connections that are kept alive or wait for an answer. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    let request: ReceivedRequest;
    try {
      request = await receive(incoming);
    } catch {
      return; // The client is gone, and it never finished asking.
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
