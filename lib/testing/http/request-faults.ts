import type { SandboxFault } from '../faults/faults.js';
import { PG_OPERATIONS } from '../faults/pg-operations.js';
import type { Desk } from '../state/desk.js';
import type { Answer } from './answer.js';
import type { Input } from './input.js';
import { Refusal } from './refusal.js';
import { withUnknownValues } from './unknown-values.js';

const KINDS = [
  'latency',
  'refused',
  'reset-before',
  'reset-after',
  'html-502',
  'unavailable',
  'rate-limited',
  'truncated-json',
  'null',
  'unknown-values',
] as const;
const PG_KINDS = [...KINDS, 'pg-error'] as const;

/** A fault that a request can meet, whatever its operation does. */
export type StruckFault = Extract<SandboxFault, { fault: (typeof PG_KINDS)[number] }>;

/** What goes out: an answer, or a TCP reset in its place. */
export type Reply = Answer | 'reset';

/** @param executes - whether it gets as far as the payment provider: a stored answer does not */
export function strikeRequest(
  { faults }: Desk,
  operation: string,
  input: Input,
  executes: boolean,
): StruckFault | undefined {
  const { paymentId } = input.pick(['paymentId']);
  return faults.strike(executes && PG_OPERATIONS.has(operation) ? PG_KINDS : KINDS, {
    operation,
    ...(typeof paymentId === 'string' && { paymentId }),
  });
}

/** What comes instead of any work: as it never reaches PortOne, no idempotency key remembers it. */
export function insteadOfWork(fault: StruckFault, refuseConnections: (forMs: number) => void): Reply | undefined {
  switch (fault.fault) {
    case 'refused':
      refuseConnections(fault.forMs ?? 1000);
      return 'reset';
    case 'reset-before':
      return 'reset';
    case 'html-502':
      return {
        status: 502,
        headers: { 'content-type': 'text/html' },
        body: '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>',
      };
    case 'unavailable':
      return { status: 503, headers: {}, body: '' };
    case 'rate-limited':
      return { status: 429, headers: { 'retry-after': String(fault.retryAfterSeconds ?? 1) }, body: '' };
    default:
      return undefined;
  }
}

/** @throws Refusal where the payment provider is to refuse: PortOne's own answer, which a key does remember */
export function refuseAsProvider(fault: StruckFault | undefined): void {
  if (fault?.fault !== 'pg-error') return;
  const { pgCode = 'SANDBOX_FAULT', pgMessage = 'The payment provider does not answer.' } = fault;
  throw new Refusal('PG_PROVIDER', { message: pgMessage, pgCode, pgMessage });
}

/** What becomes of the answer on its way to the client; a key remembers the answer itself. */
export function onTheWay(answer: Answer, { fault }: StruckFault): Reply {
  switch (fault) {
    case 'reset-after':
      return 'reset';
    case 'truncated-json':
      return { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) };
    case 'null':
      return { ...answer, body: 'null' };
    case 'unknown-values':
      return { ...answer, body: JSON.stringify(withUnknownValues(JSON.parse(answer.body))) };
    default:
      return answer;
  }
}
