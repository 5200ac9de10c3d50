import type { SandboxFault } from '../faults/faults.js';
import { Refusal } from '../http/refusal.js';
import { refusing, type Endpoint, type Schema } from './endpoint.js';
import { COUNT, described, DURATION, listOf, NOTHING, object, STRING, TEXT } from './schemas.js';

/** Of each fault: what it does, and the fields that it alone has. */
const FAULTS: Readonly<Record<SandboxFault['fault'], { does: string; fields?: Record<string, Schema> }>> = {
  latency: { does: 'The work is done, and answered, that much later.', fields: { delay: DURATION } },
  refused: {
    does: 'Nothing is done; the connection ends, and new ones are refused for `forMs` milliseconds of real time.',
    fields: { forMs: { ...COUNT, default: 1000 } },
  },
  'reset-before': { does: 'Nothing is done; the connection is reset.' },
  'reset-after': { does: 'The work is done; then the connection is reset before any answer.' },
  'html-502': { does: 'Nothing is done; a gateway answers 502 with a page of HTML.' },
  unavailable: { does: 'Nothing is done; 503 without a body.' },
  'rate-limited': {
    does: 'Nothing is done; 429 with `Retry-After`.',
    fields: { retryAfterSeconds: { ...COUNT, default: 1 } },
  },
  'truncated-json': { does: 'The work is done; half of its answer is sent.' },
  null: { does: 'The work is done; the answer is `null`.' },
  'pg-error': {
    does: 'Nothing is done; the payment provider refuses, 502 `PG_PROVIDER`.',
    fields: { pgCode: STRING, pgMessage: STRING },
  },
  'unknown-values': { does: 'The work is done; its answer has fields and a status that no SDK knows.' },
  'cancel-requested': {
    does: 'Of `payment.cancelPayment`: the cancel is `REQUESTED` until it is settled.',
    fields: { settlesAs: { enum: ['SUCCEEDED', 'FAILED'] }, after: DURATION },
  },
  duplicate: { does: 'The webhook is sent twice at once, under one `webhook-id`.' },
  reorder: { does: 'The webhook is held back until the next event of the store has been answered.' },
  delay: { does: 'The webhook is sent that much later.', fields: { delay: DURATION } },
  drop: { does: 'This sending of the webhook never leaves.' },
  corrupt: { does: "The webhook's body is changed behind its signature." },
  'wrong-signature': { does: 'The webhook is signed with another secret.' },
  'unknown-type': { does: "The webhook's type is one that no SDK knows." },
};

const RULE: Schema = {
  type: 'object',
  required: ['fault'],
  properties: {
    fault: { enum: Object.keys(FAULTS) },
    operation: described(
      TEXT,
      "Which requests: the SDK's name, `payment.cancelPayment`. For webhooks the event's type, `Transaction.Paid`.",
    ),
    paymentId: TEXT,
    count: described(COUNT, 'How often it strikes at most; absent: no limit.'),
    probability: { type: 'number', minimum: 0, maximum: 1, default: 1 },
  },
  oneOf: Object.entries(FAULTS).map(([fault, { does, fields }]) => ({
    title: fault,
    description: does,
    properties: { fault: { const: fault }, ...fields },
  })),
};

const ACTIVE = object({ id: COUNT, rule: RULE, struck: described(COUNT, 'How often it struck.') }, [
  'id',
  'rule',
  'struck',
]);

export const FAULT_ENDPOINTS: readonly Endpoint[] = [
  {
    method: 'GET',
    path: 'faults',
    summary: 'The faults that are set',
    answer: object({ items: listOf(ACTIVE) }, ['items']),
    run: ({ desk }) => ({ items: desk.faults.active }),
  },
  {
    method: 'POST',
    path: 'faults',
    summary: 'Set a fault',
    description: 'Those that are set first are asked first; of the faults of a request only one strikes.',
    body: RULE,
    answer: ACTIVE,
    run: ({ desk, fields }) => refusing(() => desk.faults.add(fields as unknown as SandboxFault)),
  },
  {
    method: 'DELETE',
    path: 'faults',
    summary: 'Take every fault off',
    answer: NOTHING,
    run: ({ desk }) => {
      desk.faults.clear();
      return {};
    },
  },
  {
    method: 'DELETE',
    path: 'faults/{id}',
    summary: 'Take a fault off',
    params: { id: COUNT },
    answer: NOTHING,
    run: ({ desk, input }) => {
      const id = input.integer('id', 0);
      if (desk.faults.remove(id)) return {};
      throw new Refusal('SANDBOX_NOT_FOUND', { message: `There is no fault ${id}.` });
    },
  },
];
