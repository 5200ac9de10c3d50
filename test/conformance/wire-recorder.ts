import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpRequest } from '../../lib/client/http-request.js';

/** What a server saw of one request: the target exactly as it stood in the request line. */
export interface OnTheWire {
  method: string | undefined;
  target: string | undefined;
  body: string;
}

/** A server on loopback that keeps what came over the wire and answers all alike. */
export class WireRecorder {
  private constructor(
    private readonly server: Server,
    private readonly seen: OnTheWire[],
    readonly answer: { status: number; body: string },
  ) {}

  static async start(): Promise<WireRecorder> {
    const seen: OnTheWire[] = [];
    const answer = { status: 200, body: '{}' };
    const server = createServer((req, res) => {
      const chunks: Buffer[] = [];
      req.on('data', (chunk: Buffer) => chunks.push(chunk));
      req.on('end', () => {
        seen.push({ method: req.method, target: req.url, body: Buffer.concat(chunks).toString() });
        res.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new WireRecorder(server, seen, answer);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What the server saw of the one request that was made meanwhile. */
  async during(work: () => Promise<unknown>): Promise<OnTheWire> {
    this.seen.length = 0;
    await work();
    if (this.seen.length !== 1) throw new Error(`Expected one request, saw ${this.seen.length}.`);
    return this.seen[0]!;
  }

  /** Sends one of our requests as it stands; Node's client changes nothing in a path. */
  send({ method, path, body }: HttpRequest): Promise<void> {
    return new Promise((resolve, reject) => {
      const req = request(this.url, { method, path }, (res) => res.resume().on('end', resolve));
      req.on('error', reject).end(body);
    });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
