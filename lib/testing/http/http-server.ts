import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pay } from '../people/buyer.js';
import type { Desk } from '../state/desk.js';
import { readIdempotencyKey, type Answer, type IdempotencyStore } from './idempotency.js';
import { Input, type Fields } from './input.js';
import { Refusal } from './refusal.js';
import { Router, type Match } from './router.js';
import type { Route } from '../routes/route.js';
import type { Tokens } from './tokens.js';

interface Request {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly authorization: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly body: string;
}

const CONTROL = '/_sandbox/';

/** The sandbox over HTTP: authentication, idempotency, and the way from a request to its operation. */
export class HttpServer {
  readonly #server: Server;
  readonly #router: Router;

  constructor(
    private readonly desk: Desk,
    private readonly tokens: Tokens,
    private readonly idempotency: IdempotencyStore,
    routes: readonly Route[],
  ) {
    this.#router = new Router(routes);
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
    let body: string;
    try {
      body = await readBody(incoming);
    } catch {
      return; // The client is gone, and it never finished asking.
    }
    const { method = 'GET', url: target = '/', headers } = incoming;
    const idempotencyKey = method === 'GET' ? undefined : headers['idempotency-key']?.toString();
    const request: Request = { method, target, authorization: headers.authorization, idempotencyKey, body };
    const answer = target.startsWith(CONTROL) ? await this.#control(request) : await this.#api(request);
    response.writeHead(answer.status, { 'content-type': 'application/json; charset=utf-8' }).end(answer.body);
  }

  async #api(request: Request): Promise<Answer> {
    const { method, target } = request;
    let operation: string | undefined;
    let idempotencyKey: string | undefined;
    let replayed = false;
    const answer = await settle(async () => {
      const { pathname, searchParams } = urlOf(target);
      const match = this.#router.match(method, pathname);
      operation = match?.operation.name;
      if (!operation?.startsWith('auth.')) this.tokens.authorize(request.authorization);
      const run = match?.run;
      if (!run) {
        throw new Refusal('SANDBOX_NOT_IMPLEMENTED', {
          message: operation
            ? `The sandbox does not have ${operation}.`
            : `There is no operation ${method} ${pathname}.`,
        });
      }
      idempotencyKey = readIdempotencyKey(request.idempotencyKey);
      const execute = () =>
        settle(async () => {
          const input = this.#inputOf(match, searchParams, request.body);
          return json(200, await run({ input, desk: this.desk, tokens: this.tokens }));
        });
      if (idempotencyKey === undefined) return execute();
      const result = await this.idempotency.run(idempotencyKey, fingerprintOf(request), execute);
      ({ replayed } = result);
      return result.answer;
    });
    this.desk.ledger.requests.push({
      at: this.desk.clock.now(),
      method,
      path: target,
      ...(operation !== undefined && { operation }),
      ...(idempotencyKey !== undefined && { idempotencyKey }),
      status: answer.status,
      replayed,
    });
    return answer;
  }

  #inputOf({ params }: Match, query: URLSearchParams, body: string): Input {
    const fields = Object.fromEntries(query);
    // GET and DELETE carry their JSON in a query field; a body, which few clients can send with them, counts as well.
    const text = body || fields.requestBody || '{}';
    const input = new Input({ ...parse(text), ...fields, ...params });
    this.#refuseOtherStore(input);
    this.#refuseOtherStore(input.optionalObject('filter'));
    return input;
  }

  #refuseOtherStore(input: Input | undefined): void {
    const storeId = input?.optionalString('storeId');
    if (storeId !== undefined && storeId !== this.desk.storeId) {
      throw new Refusal('FORBIDDEN', { message: `This API secret is not one of store ${storeId}.` });
    }
  }

  /** What stands for the buyer: no part of PortOne's API, so without its authentication, and not in the ledger. */
  async #control({ method, target, body }: Request): Promise<Answer> {
    return settle(() => {
      if (method !== 'POST' || target !== '/_sandbox/buyer/pay') {
        throw new Refusal('SANDBOX_NOT_IMPLEMENTED', { message: `There is no control ${method} ${target}.` });
      }
      return json(200, pay(this.desk, new Input(parse(body))));
    });
  }
}

/** Turns a refusal into its answer. */
async function settle(work: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) return json(error.status, error.data);
    // A defect of the sandbox. It must not look like anything that PortOne says.
    return json(500, { type: 'SANDBOX_DEFECT', message: String(error) });
  }
}

function json(status: number, value: unknown): Answer {
  return { status, body: JSON.stringify(value) };
}

function parse(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal('INVALID_REQUEST', { message: 'The body is not JSON.' });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new Refusal('INVALID_REQUEST', { message: 'The body must be a JSON object.' });
}

function urlOf(target: string): URL {
  const url = `http://sandbox${target}`;
  if (!URL.canParse(url)) throw new Refusal('INVALID_REQUEST', { message: `${target} is no path.` });
  return new URL(url);
}

function fingerprintOf({ method, target, body }: Request): string {
  return createHash('sha256').update(`${method} ${target}\n${body}`).digest('base64');
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
