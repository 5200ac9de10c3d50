import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Desk } from '../state/desk.js';
import { millisecondsOf } from '../time/duration.js';
import { json, parseObject, send, settle, type Answer } from './answer.js';
import { readIdempotencyKey } from './idempotency.js';
import { Input } from './input.js';
import type { Merchant } from './merchant.js';
import type { Merchants } from './merchants.js';
import type { ReceivedRequest } from './received-request.js';
import { Refusal } from './refusal.js';
import {
  insteadOfWork,
  onTheWay,
  refuseAsProvider,
  strikeRequest,
  type Reply,
  type StruckFault,
} from './request-faults.js';
import { decode, Router, type Match } from './router.js';
import type { Route } from '../routes/route.js';

/** What becomes known of a request on its way: the ledger's part of it. */
interface Exchange {
  desk: Desk;
  operation?: string;
  idempotencyKey?: string;
  replayed: boolean;
  fault?: StruckFault['fault'];
}

/** PortOne's API: authentication, idempotency, and the way from a request to its operation. */
export class Api {
  readonly #router: Router;

  /** @param refuseConnections - has the server take none for so long */
  constructor(
    private readonly merchants: Merchants,
    routes: readonly Route[],
    private readonly refuseConnections: (forMs: number) => void = () => {},
  ) {
    this.#router = new Router(routes);
  }

  async handle(request: ReceivedRequest, response: ServerResponse): Promise<void> {
    const exchange: Exchange = { desk: this.merchants.all[0].desks[0], replayed: false };
    const askedAtMs = exchange.desk.clock.nowMs();
    const reply = await settle(() => this.#reply(request, exchange));
    const { desk, ...known } = exchange;
    const noted = {
      at: desk.clock.now(),
      method: request.method,
      path: request.target,
      storeId: desk.storeId,
      ...known,
      ...(reply !== 'reset' && { status: reply.status }),
      durationMs: desk.clock.nowMs() - askedAtMs,
    };
    desk.ledger.requests.push(noted);
    desk.tell('request', undefined, { request: noted });
    if (reply === 'reset') response.socket?.resetAndDestroy();
    else send(response, reply);
  }

  async #reply(request: ReceivedRequest, exchange: Exchange): Promise<Reply> {
    const { method, target, headers } = request;
    const { pathname, searchParams } = urlOf(target);
    const match = this.#router.match(method, pathname);
    if (match) exchange.operation = match.operation.name;
    const isAuth = match?.operation.name.startsWith('auth.') ?? false;
    const merchant = isAuth ? undefined : this.merchants.authorize(headers.authorization);
    exchange.desk = merchant?.desks[0] ?? exchange.desk;
    if (!match) throw this.#noOperation(method, pathname);
    const key = method === 'GET' ? undefined : readIdempotencyKey(headers['idempotency-key']?.toString());
    if (key !== undefined) exchange.idempotencyKey = key;
    const input = inputOf(match, searchParams, request.body);
    return this.#serve(request, match, input, merchant ?? this.merchants.ofLogin(input), exchange);
  }

  async #serve(
    request: ReceivedRequest,
    { operation, run }: Match,
    input: Input,
    merchant: Merchant,
    exchange: Exchange,
  ): Promise<Reply> {
    const desk = (exchange.desk = storeOf(merchant, input));
    const { idempotencyKey } = exchange;
    const fingerprint = fingerprintOf(request);
    const executes = idempotencyKey === undefined || merchant.idempotency.executes(idempotencyKey, fingerprint);
    const fault = strikeRequest(desk, operation.name, input, executes);
    if (fault) exchange.fault = fault.fault;
    const instead = fault && insteadOfWork(fault, this.refuseConnections);
    if (instead) return instead;
    if (!run) {
      throw new Refusal('SANDBOX_NOT_IMPLEMENTED', { message: `The sandbox does not have ${operation.name}.` });
    }
    const execute = async (): Promise<Answer> => {
      await passLatency(desk, fault);
      return settle(async () => {
        refuseAsProvider(fault);
        return json(200, await run({ input, desk, merchant, merchants: this.merchants }));
      });
    };
    const answer = await settle(async () => {
      if (idempotencyKey === undefined) return execute();
      const result = await merchant.idempotency.run(idempotencyKey, fingerprint, execute, desk);
      exchange.replayed = result.replayed;
      if (result.replayed) await passLatency(desk, fault);
      return result.answer;
    });
    return fault ? onTheWay(answer, fault) : answer;
  }

  /** PortOne does not say what it answers; the message helps more than a 405 without a body. */
  #noOperation(method: string, pathname: string): Refusal {
    const methods = this.#router.methodsOf(pathname);
    const hint = methods.length > 0 ? ` This path takes ${methods.join(', ')}.` : '';
    return new Refusal('SANDBOX_NOT_FOUND', { message: `There is no operation ${method} ${pathname}.${hint}` });
  }
}

function inputOf({ params }: Match, query: URLSearchParams, body: string): Input {
  const fields = Object.fromEntries(query);
  // GET and DELETE carry their JSON in a query field; a body, which few clients can send with them, counts as well.
  const text = body || fields.requestBody || '{}';
  return new Input({ ...parseObject(text), ...fields, ...params });
}

/** Not the store's own job: a reset must not leave the request without an answer. */
async function passLatency({ clock }: Desk, fault: StruckFault | undefined): Promise<void> {
  if (fault?.fault !== 'latency') return;
  const delayMs = millisecondsOf(fault.delay, 'delay');
  await new Promise<void>((resolve) => clock.schedule(delayMs, resolve));
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
  const parsed = new URL(url);
  // URLSearchParams would take bytes that are no text for U+FFFD.
  decode(parsed.search);
  return parsed;
}

function fingerprintOf({ method, target, body }: ReceivedRequest): string {
  return createHash('sha256').update(`${method} ${target}\n${body}`).digest('base64');
}
