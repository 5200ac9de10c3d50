import { isPortOneApiError } from '../errors/is-portone-api-error.js';

const WORD = /^[\w$.-]{1,100}$/;

/** What an error is told as: PortOne's own type, or the name of its class. Never its message, which may hold anything. */
export function errorTypeOf(error: unknown): string {
  if (isPortOneApiError(error)) {
    const { type } = error.data;
    if (typeof type === 'string' && WORD.test(type)) return type;
  }
  if (!(error instanceof Error)) return typeof error;
  return WORD.test(error.name) ? error.name : 'Error';
}
