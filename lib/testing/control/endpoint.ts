import type { ServerResponse } from 'node:http';
import type { Fields, Input } from '../http/input.js';
import type { Merchants } from '../http/merchants.js';
import { Refusal } from '../http/refusal.js';
import type { Desk } from '../state/desk.js';

/** A JSON Schema, as OpenAPI 3.1 has it. */
export type Schema = Readonly<Record<string, unknown>>;

/** What a control is called with. */
export interface Call {
  readonly merchants: Merchants;
  /** The store that is meant: the named one, or else the first of the API secret. */
  readonly desk: Desk;
  /** The named store alone, or else every store that the call is about, also those that were opened since. */
  readonly desks: () => readonly Desk[];
  /** Of the path, the query and the body, without `storeId`. */
  readonly input: Input;
  /** The same, not read yet. */
  readonly fields: Fields;
}

/** A row of the table by which controls are routed and described. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Under `/_sandbox/`; `{id}` is a parameter. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly params?: Readonly<Record<string, Schema>>;
  readonly query?: Readonly<Record<string, Schema>>;
  /** An object. */
  readonly body?: Schema;
  readonly answer: Schema;
  /** `false`: it is about the whole sandbox, a store cannot be named. @default true */
  readonly ofStore?: boolean;
  /** What it answers. Absent for a stream. */
  readonly run?: (call: Call) => unknown;
  /** Writes server-sent events until the client goes away. */
  readonly stream?: (call: Call, response: ServerResponse) => void;
}

/** Turns the TypeError of an option that does not fit, which is what a caller in this process gets, into a refusal. */
export async function refusing<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TypeError) throw new Refusal('INVALID_REQUEST', { message: error.message });
    throw error;
  }
}
