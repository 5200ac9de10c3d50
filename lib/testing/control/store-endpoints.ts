import { checkTarget } from '../sandbox.options.js';
import type { SandboxWebhookTarget } from '../webhooks/webhook.js';
import { Input, type Fields } from '../http/input.js';
import { refusing, type Call, type Endpoint } from './endpoint.js';
import { COUNT, described, listOf, NOTHING, object, TEXT } from './schemas.js';

const STORE = object({ storeId: TEXT }, ['storeId']);
const TARGET = object(
  {
    url: described({ type: ['string', 'null'] }, '`null`: none is sent.'),
    secrets: described(COUNT, 'With how many secrets webhooks are signed; the secrets themselves are never answered.'),
  },
  ['url', 'secrets'],
);
const SECRET = described(
  { oneOf: [TEXT, { type: 'array', items: TEXT, minItems: 1 }] },
  'Base64, with or without `whsec_`; several give a signature each.',
);

export const STORE_ENDPOINTS: readonly Endpoint[] = [
  {
    method: 'GET',
    path: 'stores',
    summary: 'The stores',
    answer: object({ items: listOf(STORE) }, ['items']),
    ofStore: false,
    run: ({ merchants }) => ({ items: merchants.desks.map(({ storeId }) => ({ storeId })) }),
  },
  {
    method: 'POST',
    path: 'stores',
    summary: 'Open another store',
    description: 'Of the sandbox’s own API secret or of another. Stores meet nothing of each other.',
    body: object(
      {
        storeId: TEXT,
        apiSecret: described(TEXT, "Absent: the sandbox's own."),
        webhook: object({ url: { ...TEXT, format: 'uri' }, secret: SECRET }, ['secret']),
      },
      ['storeId'],
    ),
    answer: STORE,
    ofStore: false,
    run: addStore,
  },
  {
    method: 'GET',
    path: 'webhook',
    summary: 'Where webhooks go',
    answer: TARGET,
    run: ({ desk }) => targetOf(desk.webhooks.target),
  },
  {
    method: 'PUT',
    path: 'webhook',
    summary: 'Set where webhooks go',
    body: object({ url: { ...TEXT, format: 'uri' }, secret: described(SECRET, 'Absent: the one that is set.') }),
    answer: TARGET,
    run: async ({ desk, fields }) => {
      const target = await readTarget(fields, desk.webhooks.target?.secret);
      desk.webhooks.target = target;
      return targetOf(target);
    },
  },
  {
    method: 'DELETE',
    path: 'webhook',
    summary: 'Send no webhooks',
    answer: TARGET,
    run: ({ desk }) => targetOf((desk.webhooks.target = undefined)),
  },
  {
    method: 'POST',
    path: 'settled',
    summary: 'Wait until no webhook is under way',
    description: 'Those that wait for their time to be sent again do not count.',
    body: NOTHING,
    answer: NOTHING,
    ofStore: false,
    run: async ({ merchants }) => {
      await merchants.settled();
      return {};
    },
  },
  {
    method: 'POST',
    path: 'reset',
    summary: 'Forget everything',
    description:
      'Payments, billing keys, faults, ledger and deliveries; of one store where it is named, else of all. The clock and access tokens stay.',
    body: NOTHING,
    answer: NOTHING,
    run: ({ desks }) => {
      for (const desk of desks()) desk.reset();
      return {};
    },
  },
];

async function addStore({ merchants, input, fields }: Call) {
  const storeId = input.string('storeId');
  const apiSecret = input.optionalString('apiSecret') ?? merchants.all[0].apiSecret;
  if (!/^[\x21-\x7e]+$/.test(apiSecret)) input.refuse('apiSecret', 'must be printable ASCII');
  const webhook = input.optionalObject('webhook') && (await readTarget(fields.webhook as Fields));
  const { desk } = await refusing(() => merchants.addStore(apiSecret, storeId));
  desk.webhooks.target = webhook;
  return { storeId };
}

function targetOf(target: SandboxWebhookTarget | undefined) {
  return { url: target?.url ?? null, secrets: target ? [target.secret].flat().length : 0 };
}

async function readTarget(fields: Fields, present?: SandboxWebhookTarget['secret']): Promise<SandboxWebhookTarget> {
  const input = new Input(fields);
  const url = input.optionalString('url');
  const secret = typeof fields.secret === 'string' ? fields.secret : (input.optionalStrings('secret') ?? present);
  if (secret === undefined || secret.length === 0) return input.refuse('secret', 'is required');
  const target = { ...(url !== undefined && { url }), secret };
  await refusing(() => checkTarget(target));
  return target;
}
