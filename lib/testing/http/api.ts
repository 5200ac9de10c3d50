import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Desk } from '../state/desk.js';
import { json, parseObject, send, settle } from './answer.js';
import { readIdempotencyKey } from './idempotency.js';
import { Input } from './input.js';
import type { Merchant } from './merchant.js';
import type { Merchants } from './merchants.js';
import type { ReceivedRequest } from './received-request.js';
import { Refusal } from './refusal.js';
import { Router, type Match } from './router.js';
import type { Route } from '../routes/route.js';

/** PortOne's API: authentication, idempotency, and the way from a request to its operation. */
export class Api {
  readonly #router: Router;

  constructor(
    private readonly merchants: Merchants,
    routes: readonly Route[],
  ) {
    this.#router = new Router(routes);
  }

  async handle(request: ReceivedRequest, response: ServerResponse): Promise<void> {
    const { method, target } = request;
    let desk = this.merchants.all[0].desks[0];
    const askedAtMs = desk.clock.nowMs();
    let operation: string | undefined;
    let idempotencyKey: string | undefined;
    let replayed = false;
    const answer = await settle(async () => {
      const { pathname, searchParams } = urlOf(target);
      const match = this.#router.match(method, pathname);
      operation = match?.operation.name;
      const merchant = operation?.startsWith('auth.')
        ? this.merchants.all[0]
        : this.merchants.authorize(request.headers.authorization);
      desk = merchant.desks[0];
      const run = match?.run;
      if (!run) {
        throw new Refusal('SANDBOX_NOT_IMPLEMENTED', {
          message: operation
            ? `The sandbox does not have ${operation}.`
            : `There is no operation ${method} ${pathname}.`,
        });
      }
      idempotencyKey =
        method === 'GET' ? undefined : readIdempotencyKey(request.headers['idempotency-key']?.toString());
      const input = inputOf(match, searchParams, request.body);
      desk = storeOf(merchant, input);
      const execute = () =>
        settle(async () => json(200, await run({ input, desk, merchant, merchants: this.merchants })));
      if (idempotencyKey === undefined) return execute();
      const result = await merchant.idempotency.run(idempotencyKey, fingerprintOf(request), execute);
      ({ replayed } = result);
      return result.answer;
    });
    const noted = {
      at: desk.clock.now(),
      method,
      path: target,
      ...(operation !== undefined && { operation }),
      ...(idempotencyKey !== undefined && { idempotencyKey }),
      status: answer.status,
      durationMs: desk.clock.nowMs() - askedAtMs,
      replayed,
    };
    desk.ledger.requests.push(noted);
    desk.tell('request', undefined, { request: noted });
    send(response, answer);
  }
}

function inputOf({ params }: Match, query: URLSearchParams, body: string): Input {
  const fields = Object.fromEntries(query);
  // GET and DELETE carry their JSON in a query field; a body, which few clients can send with them, counts as well.
  const text = body || fields.requestBody || '{}';
  return new Input({ ...parseObject(text), ...fields, ...params });
}

/** @throws Refusal for a store that the merchant has not */
function storeOf(merchant: Merchant, input: Input): Desk {
  const named = [input, input.optionalObject('filter'), input.optionalObject('payment')].map((one) =>
    one?.optionalString('storeId'),
  );
  const desks = named
    .filter((storeId) => storeId !== undefined)
    .map((storeId) => {
      const desk = merchant.desk(storeId);
      if (desk) return desk;
      throw new Refusal('FORBIDDEN', { message: `This API secret is not one of store ${storeId}.` });
    });
  return desks[0] ?? merchant.desks[0];
}

function urlOf(target: string): URL {
  const url = `http://sandbox${target}`;
  if (!URL.canParse(url)) throw new Refusal('INVALID_REQUEST', { message: `${target} is no path.` });
  return new URL(url);
}

function fingerprintOf({ method, target, body }: ReceivedRequest): string {
  return createHash('sha256').update(`${method} ${target}\n${body}`).digest('base64');
}
