// One contender that verifies deliveries and reads their events, one after another, as an endpoint would.
import { createHmac, timingSafeEqual } from 'node:crypto';

import { cpuMicroseconds, serve } from '../child-process.js';
import { paidEvent, signDelivery, WEBHOOK_SECRET } from '../deliveries.js';
import { importFor } from '../packages.js';

const [contender] = process.argv.slice(2);
const load = importFor(12);

const contenders = {
  /** This package, on the bytes that the endpoint has. */
  async 'nestjs-portone'() {
    const { WebhookVerifier } = await load('nestjs-portone');
    const verifier = new WebhookVerifier({ secrets: [WEBHOOK_SECRET] });
    return ({ bytes, headers }) => verifier.verify(bytes, headers);
  },
  /** The official SDK, which takes text. */
  async sdk() {
    const { Webhook } = await load('@portone/server-sdk');
    return ({ text, headers }) => Webhook.verify(WEBHOOK_SECRET, text, headers);
  },
  /** The least that verifies at all: no check of headers, timestamp, versions or event. */
  crypto() {
    const key = Buffer.from(WEBHOOK_SECRET.slice('whsec_'.length), 'base64');
    return ({ bytes, headers }) => {
      const expected = createHmac('sha256', key)
        .update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`)
        .update(bytes)
        .digest();
      const given = Buffer.from(headers['webhook-signature'].slice('v1,'.length), 'base64');
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new Error('Not signed.');
      return JSON.parse(bytes.toString());
    };
  },
};

const verify = await contenders[contender]();

/** As Node gives them: the signature's three among those of any request. */
function received(size) {
  const { headers, body } = signDelivery(paidEvent(size));
  return {
    text: body,
    bytes: Buffer.from(body),
    headers: {
      host: 'shop.example.com',
      'user-agent': 'PortOne-Webhook/1.0',
      accept: '*/*',
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'x-forwarded-for': '52.78.100.19',
      'x-forwarded-proto': 'https',
      ...headers,
    },
  };
}

async function run({ size, ms }) {
  const deliveries = Array.from({ length: 64 }, () => received(size));
  const startedAt = performance.now();
  const startCpu = cpuMicroseconds();
  let done = 0;
  while (performance.now() - startedAt < ms) {
    for (const delivery of deliveries) {
      const verified = verify(delivery);
      // Only the SDK answers with a promise; the others are not made to wait for one.
      const event = verified instanceof Promise ? await verified : verified;
      if (event.type !== 'Transaction.Paid') throw new Error('Not the event that was signed.');
    }
    done += deliveries.length;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  return { rate: done / seconds, cpu: (cpuMicroseconds() - startCpu) / done, bytes: deliveries[0].bytes.length };
}

/** A contender that accepts anything must not win. */
async function check() {
  const forged = received(200);
  forged.headers['webhook-id'] = 'msg_of_another_delivery';
  try {
    await verify(forged);
  } catch {
    return;
  }
  throw new Error('A forged delivery was accepted.');
}

serve({ run, check });
