import type { HttpRequest } from './http-request.js';
import { jsonText } from './json-text.js';
import type { Operation, OperationOptions } from './operation.js';

const NO_OPTIONS: OperationOptions = {};

/**
 * The request of an operation, byte for byte what the official SDK sends for the same options: query fields that are
 * `null` or `undefined` are left out, and `storeId` is filled in exactly where the SDK does.
 *
 * @param row - the operation
 * @param options - the caller's first argument
 * @param storeId - the configured store, for operations that take one and were given none
 * @throws TypeError naming operation and parameter when a path parameter is missing, no string, empty, `.` or `..`
 * (those would reach another endpoint), when a path or query value is not well-formed Unicode, or when a number of the
 * body is NaN or infinite, which JSON would make `null`
 */
export function buildRequest(
  row: Operation,
  options: OperationOptions | null | undefined,
  storeId: string | undefined,
): HttpRequest {
  const given = options ?? NO_OPTIONS;
  const query = queryOf(row, given, storeId);
  const path = pathOf(row, given);
  return {
    method: row.method,
    path: query === '' ? path : `${path}?${query}`,
    body: row.body && jsonOf(row.body, row, given, storeId),
  };
}

function pathOf(row: Operation, options: OperationOptions): string {
  let path = '';
  let isParameter = false;
  for (const part of row.path) {
    path += isParameter ? pathParameter(row, part, options[part]) : part;
    isParameter = !isParameter;
  }
  return path;
}

function pathParameter(row: Operation, name: string, value: unknown): string {
  if (typeof value !== 'string') {
    throw new TypeError(`${row.name}: ${name} must be a string, got ${value === null ? 'null' : typeof value}.`);
  }
  if (value === '' || value === '.' || value === '..') {
    throw new TypeError(`${row.name}: ${name} must not be ${JSON.stringify(value)}, it would reach another endpoint.`);
  }
  return encode(row, name, value);
}

function queryOf(row: Operation, options: OperationOptions, storeId: string | undefined): string {
  let query = '';
  if (row.query) {
    for (const name of row.query) {
      const value = options[name];
      if (value !== null && value !== undefined) query += `${query && '&'}${name}=${queryValue(row, name, value)}`;
    }
  }
  if (row.requestBody) {
    const json = jsonOf(row.requestBody, row, options, storeId);
    query += `${query && '&'}requestBody=${queryValue(row, 'requestBody', json)}`;
  }
  return query;
}

/** A URL's query escapes the apostrophe too, which `encodeURIComponent` leaves alone. */
function queryValue(row: Operation, name: string, value: unknown): string {
  return encode(row, name, value).replaceAll("'", '%27');
}

function encode(row: Operation, name: string, value: unknown): string {
  try {
    return encodeURIComponent(value as string);
  } catch (cause) {
    throw new TypeError(`${row.name}: ${name} cannot be part of a URL: it is not well-formed text.`, { cause });
  }
}

function jsonOf(
  fields: readonly string[],
  row: Operation,
  options: OperationOptions,
  storeId: string | undefined,
): string {
  const body: Record<string, unknown> = {};
  for (const field of fields) {
    const value = field === 'storeId' && row.fillsStoreId ? (options[field] ?? storeId) : options[field];
    if (value !== undefined) body[field] = value;
  }
  return jsonText(row.name, body);
}
