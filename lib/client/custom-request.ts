import type { HttpRequest } from './http-request.js';
import { jsonText } from './json-text.js';

type QueryValue = string | number | boolean | null | undefined;

/** A request to an endpoint that the SDK has not typed yet. */
export interface PortOneRequest {
  method: HttpRequest['method'];
  /** Starts with `/`, without query; the caller escapes its parts with `encodeURIComponent`. */
  path: string;
  /** Fields of the query; those that are `null` or `undefined` are left out. */
  query?: Readonly<Record<string, QueryValue>> | undefined;
  /** Sent as JSON; with GET and DELETE in the query field `requestBody`, as PortOne's API takes it. */
  body?: unknown;
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** What RFC 3986 allows in a path, escapes included. */
const PATH = /^(?:\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})+)+$/;

const DOT_SEGMENT = /^(?:\.|%2e){1,2}$/i;

/** @throws TypeError when method, path or body cannot be sent as they are */
export function customRequest({ method, path, query, body }: PortOneRequest): HttpRequest {
  if (!METHODS.has(method)) throw new TypeError(`request: method must be one of ${[...METHODS].join(', ')}.`);
  if (typeof path !== 'string' || !PATH.test(path) || path.split('/').some((segment) => DOT_SEGMENT.test(segment))) {
    throw new TypeError(
      `request: path must be "/" and percent-encoded segments, none of them empty, "." or "..", got ${JSON.stringify(path)}.`,
    );
  }
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined) fields.append(name, String(value));
  }
  const json = body === undefined ? undefined : jsonText(`${method} ${path}`, body);
  const inQuery = method === 'GET' || method === 'DELETE';
  if (inQuery && json !== undefined) fields.append('requestBody', json);
  return {
    method,
    path: fields.size === 0 ? path : `${path}?${fields.toString()}`,
    body: inQuery ? undefined : json,
  };
}
