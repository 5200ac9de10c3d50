import type { ServerResponse } from 'node:http';
import { json, parseObject, send, settle } from '../http/answer.js';
import { Input, type Fields } from '../http/input.js';
import type { Merchants } from '../http/merchants.js';
import type { ReceivedRequest } from '../http/received-request.js';
import { Refusal } from '../http/refusal.js';
import type { Call, Endpoint, Schema } from './endpoint.js';
import { ENDPOINTS } from './endpoints.js';
import { refuseStrangers } from './guard.js';
import { openApiOf } from './openapi.js';

const ROOT = '/_sandbox/';

const OPENAPI: Endpoint = {
  method: 'GET',
  path: 'openapi.json',
  summary: 'This description',
  answer: { type: 'object' },
  ofStore: false,
  run: () => DESCRIPTION,
};
const TABLE = [...ENDPOINTS, OPENAPI];
const DESCRIPTION = openApiOf(TABLE);

/** What stands around PortOne, over HTTP: no part of its API, so without its authentication, and not in the ledger. */
export class Control {
  constructor(private readonly merchants: Merchants) {}

  takes(pathname: string): boolean {
    return pathname.startsWith(ROOT);
  }

  async handle(request: ReceivedRequest, response: ServerResponse): Promise<void> {
    let streamed = false;
    const answer = await settle(async () => {
      refuseStrangers(request);
      const { endpoint, call } = this.#callOf(request);
      if (endpoint.run) return json(200, await endpoint.run(call));
      streamed = true;
      endpoint.stream?.(call, response);
      return json(200, {});
    });
    if (!streamed) send(response, answer);
  }

  #callOf({ method, target, headers, body }: ReceivedRequest): { endpoint: Endpoint; call: Call } {
    const { pathname, searchParams } = new URL(target, 'http://sandbox');
    const { endpoint, params } = find(method, pathname);
    const { query = {}, params: inPath = {} } = endpoint;
    const { storeId, ...fields }: Fields = {
      ...convert({ storeId: {}, ...query }, Object.fromEntries(searchParams)),
      ...(endpoint.body && parseObject(body || '{}')),
      ...convert(inPath, params),
    };
    const { merchants } = this;
    const called = { merchants, input: new Input(fields), fields };
    if (endpoint.ofStore === false) {
      // Such a storeId is no selection.
      const whole = endpoint.body && storeId !== undefined ? { ...fields, storeId } : fields;
      const [desk] = merchants.all[0].desks;
      return {
        endpoint,
        call: { ...called, input: new Input(whole), fields: whole, desk, desks: () => merchants.desks },
      };
    }
    return { endpoint, call: { ...called, ...this.#select(headers.authorization, storeId) } };
  }

  /** An API secret means its own stores; a store that is named is looked for among those, or else among all. */
  #select(authorization: string | undefined, storeId: unknown): Pick<Call, 'desk' | 'desks'> {
    const named = new Input({ storeId }).optionalString('storeId');
    const merchant = authorization ? this.merchants.authorize(authorization) : this.merchants;
    const desk = merchant.desks.find((one) => named === undefined || one.storeId === named);
    if (desk) return { desk, desks: () => (named === undefined ? merchant.desks : [desk]) };
    const known = merchant.desks.map((one) => one.storeId).join(', ');
    throw new Refusal('SANDBOX_NOT_FOUND', { message: `storeId: there is no store ${named}; there is ${known}.` });
  }
}

function find(method: string, pathname: string): { endpoint: Endpoint; params: Record<string, string> } {
  const given = pathname.slice(ROOT.length).split('/');
  const methods = new Set<string>();
  for (const endpoint of TABLE) {
    const params = match(endpoint.path.split('/'), given);
    if (params && endpoint.method === method) return { endpoint, params };
    if (params) methods.add(endpoint.method);
  }
  const hint = methods.size > 0 ? ` There is ${[...methods].join(', ')}.` : ` See ${ROOT}docs.`;
  throw new Refusal('SANDBOX_NOT_FOUND', { message: `There is no control ${method} ${pathname}.${hint}` });
}

function match(path: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  if (path.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of path.entries()) {
    const text = given[index] ?? '';
    if (part.startsWith('{') && text !== '') params[part.slice(1, -1)] = text;
    else if (part !== text) return undefined;
  }
  return params;
}

/** The text of a path or a query as what its schema says; what does not fit is left for `Input` to refuse. */
function convert(schemas: Readonly<Record<string, Schema>>, texts: Readonly<Record<string, string>>): Fields {
  const fields: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(texts)) {
    const schema = schemas[name];
    if (!schema) throw new Refusal('INVALID_REQUEST', { message: `${name} is no query field of this control.` });
    fields[name] = schema.type === 'integer' && /^\d+$/.test(text) ? Number(text) : text;
  }
  return fields;
}
