import type { Schema } from './endpoint.js';

/** An object that has these properties and may have more; those of `required` are always there. */
export function object(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema {
  return { type: 'object', properties, ...(required.length > 0 && { required }) };
}

export function listOf(items: Schema): Schema {
  return { type: 'array', items };
}

export function described(schema: Schema, description: string): Schema {
  return { ...schema, description };
}

export const STRING: Schema = { type: 'string' };
export const TEXT: Schema = { type: 'string', minLength: 1 };
export const BOOLEAN: Schema = { type: 'boolean' };
export const COUNT: Schema = { type: 'integer', minimum: 0 };
export const INSTANT: Schema = { type: 'string', format: 'date-time' };
/** An object of PortOne's own API, which describes it. */
export const PORTONE: Schema = { type: 'object' };
export const NOTHING: Schema = object({});

export const DURATION: Schema = {
  type: 'object',
  properties: Object.fromEntries(
    ['days', 'hours', 'minutes', 'seconds', 'milliseconds'].map((unit) => [unit, { type: 'number', minimum: 0 }]),
  ),
  description: 'A span of time; its parts are added up.',
};
