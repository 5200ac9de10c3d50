import type { HttpAnswer } from './http-attempt.js';

/** What a successful answer must be: `any` is for endpoints that the operation table does not know. */
export type ExpectedAnswer = 'json' | 'text' | 'none' | 'any';

/** The body of a PortOne error. */
export interface ApiErrorData {
  readonly type: string;
}

/** Given back for an answer that is not what the API promises. */
export const UNEXPECTED = Symbol('unexpected answer');

/** The result of a 2xx answer, or `UNEXPECTED`. */
export function readResult(answer: HttpAnswer, expected: ExpectedAnswer): unknown {
  // A login page or an error page in front of the API may well come with status 200.
  if (answer.tooLarge || /^\s*text\/html\b/i.test(answer.contentType)) return UNEXPECTED;
  if (expected === 'none') return undefined;
  if (expected === 'text') return textOf(answer.body);
  if (expected === 'any') {
    if (answer.body.length === 0) return undefined;
    if (answer.contentType !== '' && !/\bjson\b/i.test(answer.contentType)) return textOf(answer.body);
  }
  const value = parse(answer.body);
  // Every operation answers with an object; what others answer with is theirs, as long as it is something.
  const isExpected = typeof value === 'object' && value !== null && !(expected === 'json' && Array.isArray(value));
  return isExpected ? value : UNEXPECTED;
}

/** The PortOne error in an answer that is no success; nothing when it is something else. */
export function readApiError(answer: HttpAnswer): ApiErrorData | undefined {
  if (answer.tooLarge || (answer.status >= 300 && answer.status < 400)) return undefined;
  const value = parse(answer.body);
  return isApiErrorData(value) ? value : undefined;
}

/** As `fetch` reads text: UTF-8, without a byte order mark, which PortOne's CSV files may have. */
function textOf(body: Buffer): string {
  const text = body.toString('utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

function parse(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(textOf(body));
  } catch {
    return undefined;
  }
}

function isApiErrorData(value: unknown): value is ApiErrorData {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}
