// The load generator, in a process of its own. Deliveries are signed before the clock starts, each with an id of its own.
import { serve, stayAwake } from '../child-process.js';
import { paidEvent, signDelivery, WEBHOOK_SECRET } from '../deliveries.js';
import { importFor } from '../packages.js';
import { Connection, requestBytes } from './connection.js';

const CONNECTIONS = 32;
const BODY = paidEvent(200);

const SIGNERS = {
  portone: async () => () => signDelivery(BODY),
  async stripe() {
    const { default: Stripe } = await importFor(11)('stripe');
    const { webhooks } = new Stripe('sk_test_bench');
    let id = 0;
    return () => {
      const event = { id: `evt_${id++}`, object: 'event', livemode: true, type: 'payment_intent.succeeded' };
      const data = { object: { id: 'pi_3P9bench', amount: 39800 } };
      // As long as PortOne's, to the byte.
      const length = JSON.stringify({ ...event, data, pad: '' }).length;
      const payload = JSON.stringify({ ...event, data, pad: 'x'.repeat(Math.max(0, BODY.length - length)) });
      const signature = webhooks.generateTestHeaderString({ payload, secret: WEBHOOK_SECRET });
      return { headers: { 'stripe-signature': signature }, body: payload };
    };
  },
};

const signers = new Map();

/**
 * @param {object} given
 * @param {number[]} [given.ports] of several servers, which take turns
 * @param {boolean} [given.awake] whether this process polls meanwhile, which takes a core for itself
 */
async function run({
  port,
  ports = [port],
  path,
  signer = 'portone',
  deliveries,
  connections: count = CONNECTIONS,
  awake = true,
}) {
  if (!signers.has(signer)) signers.set(signer, await SIGNERS[signer]());
  const sign = signers.get(signer);
  const requests = Array.from({ length: deliveries }, () => requestBytes(path, sign()));
  const connections = Array.from({ length: count }, (_, at) => new Connection(ports[at % ports.length]));
  await Promise.all(connections.map(({ socket }) => new Promise((resolve) => socket.once('connect', resolve))));
  let next = 0;
  const sleep = awake ? stayAwake() : () => {};
  const startedAt = performance.now();
  await Promise.all(
    connections.map(async (connection) => {
      while (next < deliveries) {
        const status = await connection.send(requests[next++]);
        if (status !== 200 && status !== 201) throw new Error(`${path} answered ${status}.`);
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  sleep();
  for (const connection of connections) connection.close();
  return { rate: deliveries / seconds, seconds };
}

serve({ run });
