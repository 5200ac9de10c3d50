import { DOCUMENTED_GUESS, type SandboxUndocumented } from '../faults/undocumented.js';
import type { Call, Endpoint, Schema } from './endpoint.js';
import { BOOLEAN, COUNT, described, INSTANT, listOf, object, STRING, TEXT } from './schemas.js';
import { STATE, stateOf } from './state.js';

const LIMIT = { type: 'integer', minimum: 1, maximum: 1000 };
const latest = (byDefault: number): Record<string, Schema> => ({
  limit: described({ ...LIMIT, default: byDefault }, 'The latest so many.'),
});
const SINCE = described(INSTANT, "Those at or after this instant of the sandbox's clock.");

const REQUEST = object(
  {
    at: INSTANT,
    method: STRING,
    path: described(STRING, 'With its query, as it was sent.'),
    operation: described(STRING, "The SDK's name; absent where no operation matches."),
    idempotencyKey: STRING,
    storeId: STRING,
    status: described(COUNT, 'Absent where a fault had the connection reset.'),
    fault: described(STRING, 'The fault that it met.'),
    durationMs: described(COUNT, "By the sandbox's clock."),
    replayed: described(BOOLEAN, 'The stored answer to an earlier request of this key; nothing was done again.'),
  },
  ['at', 'method', 'path', 'storeId', 'replayed', 'durationMs'],
);
const EXECUTION = object(
  {
    at: INSTANT,
    kind: described(STRING, '`CHARGE`, `DECLINE`, `CANCEL`, `ISSUE_BILLING_KEY` …'),
    paymentId: STRING,
    transactionId: STRING,
    billingKey: STRING,
    amount: described({ type: 'integer' }, "In the currency's minor unit."),
  },
  ['at', 'kind'],
);
export const DELIVERY = object(
  {
    webhookId: STRING,
    type: STRING,
    paymentId: STRING,
    billingKey: STRING,
    url: STRING,
    attempt: described(COUNT, '1 for the first. Re-sends that somebody asked for are counted by themselves.'),
    manual: described(BOOLEAN, 'Whether somebody asked for it to be sent again.'),
    at: INSTANT,
    fault: described(STRING, 'The fault that it met.'),
    status: described(COUNT, 'What the receiver answered; absent with `error` too while it is under way.'),
    answer: described(STRING, "The beginning of the answer's body."),
    error: described(STRING, 'Why there was no answer.'),
    durationMs: described(COUNT, "How long it took, by the sandbox's clock."),
  },
  ['webhookId', 'type', 'url', 'attempt', 'manual', 'at'],
);

const SWITCHES: Readonly<Record<keyof SandboxUndocumented, Schema>> = {
  resentWebhookId: described({ enum: ['same', 'new'] }, 'The `webhook-id` of an automatic re-send.'),
  acknowledgedBy: described({ enum: ['any-2xx', 'only-200'] }, 'Which answer to a webhook ends its re-sends.'),
  staleReads: described(COUNT, 'How many reads of a payment, after each change of it, still show it as it was.'),
  listLagSeconds: described(COUNT, 'For how long a new entry is missing from every list.'),
  reusedKey: described({ enum: ['refuse', 'replay', 'execute'] }, 'What a key gives that came with another request.'),
  scheduleExists: described(
    { enum: ['active', 'ever', 'never'] },
    'When a schedule is refused because there is one of its payment id.',
  ),
  payWhileScheduled: described({ enum: ['refuse', 'allow'] }, 'Paying an id that has an active schedule.'),
  deleteWhileScheduled: described({ enum: ['refuse', 'allow'] }, 'Deleting a billing key that has active schedules.'),
  confirmedBy: described({ enum: ['any-2xx', 'only-200'] }, 'Which answer to the question before approval approves.'),
};

export const LOOK_ENDPOINTS: readonly Endpoint[] = [
  {
    method: 'GET',
    path: 'ledger',
    summary: 'What was asked and what was done',
    query: { ...latest(100), since: SINCE },
    answer: object({ requests: listOf(REQUEST), executions: listOf(EXECUTION) }, ['requests', 'executions']),
    run: (call) => ({
      requests: latestOf(call, call.desk.ledger.requests),
      executions: latestOf(call, call.desk.ledger.executions),
    }),
  },
  {
    method: 'GET',
    path: 'deliveries',
    summary: 'Every attempt to deliver a webhook',
    query: { ...latest(100), since: SINCE, paymentId: TEXT },
    answer: object({ items: listOf(DELIVERY) }, ['items']),
    run: (call) => {
      const paymentId = call.input.optionalString('paymentId');
      const { deliveries } = call.desk.webhooks;
      const wanted = paymentId === undefined ? deliveries : deliveries.filter((one) => one.paymentId === paymentId);
      return { items: latestOf(call, wanted) };
    },
  },
  {
    method: 'GET',
    path: 'state',
    summary: 'What the store holds',
    description: 'The latest of each kind, newest first. The objects are those of PortOne’s own API.',
    query: latest(50),
    answer: STATE,
    run: ({ desk, merchants, input }) => stateOf(desk, merchants, readLimit(input, 50)),
  },
  {
    method: 'GET',
    path: 'undocumented',
    summary: 'How it behaves where PortOne’s documentation is silent',
    answer: object(SWITCHES, Object.keys(SWITCHES)),
    ofStore: false,
    run: ({ desk }) => desk.undocumented,
  },
  {
    method: 'PUT',
    path: 'undocumented',
    summary: 'Change how it behaves there',
    description: 'What is not given stays.',
    body: { ...object(SWITCHES), additionalProperties: false },
    answer: object(SWITCHES, Object.keys(SWITCHES)),
    ofStore: false,
    run: setUndocumented,
  },
];

function setUndocumented({ desk, input, fields }: Call) {
  input.only(Object.keys(DOCUMENTED_GUESS));
  for (const [name, { enum: choices }] of Object.entries(SWITCHES)) {
    if (Array.isArray(choices)) input.optionalChoice(name, choices as string[]);
    else input.optionalInteger(name, 0);
  }
  const given = Object.entries(fields).filter(([, value]) => value !== null);
  return Object.assign(desk.undocumented, Object.fromEntries(given));
}

function readLimit(input: Call['input'], byDefault: number): number {
  const limit = input.optionalInteger('limit', 1) ?? byDefault;
  return limit <= LIMIT.maximum ? limit : input.refuse('limit', `must be at most ${LIMIT.maximum}`);
}

/** Oldest first, as they are. */
function latestOf<T extends { readonly at: Date }>({ input }: Call, all: readonly T[]): readonly T[] {
  const since = input.optionalInstant('since') ?? -Infinity;
  return all.slice(-readLimit(input, 100)).filter(({ at }) => at.getTime() >= since);
}
