// One contender and its calls, against the loopback server.
import { cpuMicroseconds, serve } from '../child-process.js';
import { importFor } from '../packages.js';
import { PAYMENT_ID } from './answers.js';

const [contender, port] = process.argv.slice(2);
const baseUrl = `http://127.0.0.1:${port}`;
const SECRET = 'bench-secret-0a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d2e3f4a5b6c7d8e9f0a1b';
const REASON = '단순 변심';
const load = importFor(12);

const contenders = {
  /** This package. */
  async 'nestjs-portone'() {
    const { createPortOneClient } = await load('nestjs-portone');
    const { payment } = createPortOneClient({ apiSecret: SECRET, baseUrl, environment: 'sandbox' });
    return callsOf(payment);
  },
  /** The official SDK. */
  async sdk() {
    const { PortOneClient } = await load('@portone/server-sdk');
    return callsOf(PortOneClient({ secret: SECRET, baseUrl }).payment);
  },
  /** The least that could be written by hand with undici, without timeout, key, retry or error. */
  async undici() {
    const { Pool, request } = await load('undici');
    const dispatcher = new Pool(baseUrl, { connections: 64, pipelining: 1 });
    const headers = { authorization: `PortOne ${SECRET}` };
    const url = `${baseUrl}/payments/${PAYMENT_ID}`;
    return {
      get: async () => (await request(url, { dispatcher, headers })).body.json(),
      cancel: async () => {
        const answer = await request(`${url}/cancel`, {
          dispatcher,
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify({ reason: REASON }),
        });
        return answer.body.json();
      },
    };
  },
};

function callsOf(payment) {
  return {
    get: () => payment.getPayment({ paymentId: PAYMENT_ID }),
    cancel: () => payment.cancelPayment({ paymentId: PAYMENT_ID, reason: REASON }),
  };
}

const calls = await contenders[contender]();

/** Keeps so many calls in flight for so long. */
async function run({ operation, inFlight, ms }) {
  const call = calls[operation];
  let done = 0;
  const startedAt = performance.now();
  const startCpu = cpuMicroseconds();
  const caller = async () => {
    while (performance.now() - startedAt < ms) {
      await call();
      done++;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, caller));
  const seconds = (performance.now() - startedAt) / 1000;
  return { calls: done, rate: done / seconds, cpu: (cpuMicroseconds() - startCpu) / done, seconds };
}

/** One of each, looked at: a contender that gets an error quickly must not win. */
async function check() {
  const payment = await calls.get();
  const { cancellation } = await calls.cancel();
  if (payment.id !== PAYMENT_ID || payment.amount.total !== 39800 || cancellation.status !== 'SUCCEEDED') {
    throw new Error('The answers are not those of the server.');
  }
}

serve({ run, check });
