import { OPERATIONS } from '../../client/operations.generated.js';
import { CONFIRM_TYPE, ROUTED_EVENT_TYPES } from '../../webhook/webhook-event.js';
import { millisecondsOf, type SandboxDuration } from '../time/duration.js';
import { CONFIRM_FAULTS, DELIVERY_FAULTS, type DeliveryFault, type RequestFault } from './faults.js';
import { PG_OPERATIONS } from './pg-operations.js';

/** The fields that each fault has beside those of the match. */
const FIELDS: Readonly<Record<(RequestFault | DeliveryFault)['fault'], readonly string[]>> = {
  latency: ['delay'],
  refused: ['forMs'],
  'reset-before': [],
  'reset-after': [],
  'html-502': [],
  unavailable: [],
  'rate-limited': ['retryAfterSeconds'],
  'truncated-json': [],
  null: [],
  'pg-error': ['pgCode', 'pgMessage'],
  'unknown-values': [],
  'cancel-requested': ['settlesAs', 'after'],
  duplicate: [],
  reorder: [],
  delay: ['delay'],
  drop: [],
  corrupt: [],
  'wrong-signature': [],
  'unknown-type': [],
};
const MATCH_FIELDS = ['fault', 'operation', 'paymentId', 'count', 'probability'];

const EVENT_TYPES: readonly string[] = [...ROUTED_EVENT_TYPES, CONFIRM_TYPE];
const CANCEL = 'payment.cancelPayment';

const text = ['text that is not empty', (value: unknown) => typeof value === 'string' && value !== ''] as const;
const wholeFrom = (atLeast: number) =>
  [
    `an integer of at least ${atLeast}`,
    (value: unknown) => Number.isSafeInteger(value) && (value as number) >= atLeast,
  ] as const;

/** Of each field that is no span of time: what is expected, and whether a value is that. */
const CHECKS: Readonly<Record<string, readonly [expected: string, fits: (value: unknown) => boolean]>> = {
  operation: text,
  paymentId: text,
  count: wholeFrom(1),
  probability: ['a number from 0 to 1', (value) => typeof value === 'number' && value >= 0 && value <= 1],
  forMs: wholeFrom(0),
  retryAfterSeconds: wholeFrom(0),
  pgCode: text,
  pgMessage: text,
  settlesAs: ['SUCCEEDED or FAILED', (value) => value === 'SUCCEEDED' || value === 'FAILED'],
};
const SPANS = ['delay', 'after'];

/** @throws TypeError that names the field */
export function checkFault(rule: object): void {
  const given = rule as Readonly<Record<string, unknown>>;
  const fault = String(given.fault);
  if (!Object.hasOwn(FIELDS, fault)) throw wrong('fault', `one of ${Object.keys(FIELDS).join(', ')}`);
  const names = [...MATCH_FIELDS, ...FIELDS[fault as keyof typeof FIELDS]];
  for (const name of Object.keys(given)) {
    if (!names.includes(name))
      throw new TypeError(`faults.add: ${fault} has no field ${name}, only ${names.join(', ')}.`);
  }
  for (const name of names) {
    const value = given[name];
    if (value === undefined && name !== 'delay') continue;
    if (SPANS.includes(name)) millisecondsOf(value as SandboxDuration, `faults.add: ${name}`);
    const [expected, fits] = CHECKS[name] ?? [];
    if (fits?.(value) === false) throw wrong(name, String(expected));
  }
  checkOperation(fault, given.operation as string | undefined);
}

/** A rule that can never strike would make its test pass for nothing. */
function checkOperation(fault: string, operation: string | undefined): void {
  if (operation === undefined) return;
  if ((DELIVERY_FAULTS as readonly string[]).includes(fault)) {
    if (!EVENT_TYPES.includes(operation)) throw wrong('operation', "an event's type, such as Transaction.Paid");
    if (operation === CONFIRM_TYPE && !(CONFIRM_FAULTS as readonly string[]).includes(fault)) {
      throw new TypeError(`faults.add: ${CONFIRM_TYPE}, asked once, can meet only ${CONFIRM_FAULTS.join(', ')}.`);
    }
    return;
  }
  if (!OPERATIONS.some(({ name }) => name === operation)) {
    throw wrong('operation', `the SDK's name of an operation, such as ${CANCEL}`);
  }
  if (fault === 'cancel-requested' && operation !== CANCEL) throw wrong('operation', CANCEL);
  if (fault === 'pg-error' && !PG_OPERATIONS.has(operation)) {
    throw wrong('operation', `one that can answer PG_PROVIDER: ${[...PG_OPERATIONS].join(', ')}`);
  }
}

function wrong(field: string, expected: string): TypeError {
  return new TypeError(`faults.add: ${field} must be ${expected}.`);
}
