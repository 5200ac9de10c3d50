import type { ServerResponse } from 'node:http';
import { Refusal } from './refusal.js';
import type { Fields } from './input.js';

/** What goes out over HTTP. */
export interface Answer {
  readonly status: number;
  /** JSON, unless the headers say otherwise. */
  readonly body: string;
  /** @default that it is JSON */
  readonly headers?: Readonly<Record<string, string>>;
}

export function json(status: number, value: unknown): Answer {
  return { status, body: JSON.stringify(value) };
}

/** Turns a refusal into its answer. */
export async function settle<R = Answer>(work: () => R | Promise<R>): Promise<R | Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) return json(error.status, error.data);
    // A defect of the sandbox. It must not look like anything that PortOne says.
    return json(500, { type: 'SANDBOX_DEFECT', message: String(error) });
  }
}

export function send(response: ServerResponse, { status, body, headers }: Answer): void {
  response.writeHead(status, headers ?? { 'content-type': 'application/json; charset=utf-8' }).end(body);
}

/** @throws Refusal for what is no JSON object */
export function parseObject(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal('INVALID_REQUEST', { message: 'The body is not JSON.' });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new Refusal('INVALID_REQUEST', { message: 'The body must be a JSON object.' });
}
