// So many deliveries a second, whatever the answers take: a server that slows down is not spared, its latency shows it.
import { serve } from '../child-process.js';
import { paidEvent, signDelivery } from '../deliveries.js';
import { Connection, requestBytes } from '../inbound/connection.js';

const TICK_MS = 4;
const CONNECTIONS = 64;
const BODY = paidEvent(200);

async function run({ port, path, perSecond, seconds }) {
  const connections = Array.from({ length: CONNECTIONS }, () => new Connection(port));
  await Promise.all(connections.map(({ socket }) => new Promise((resolve) => socket.once('connect', resolve))));
  const latencies = [];
  const due = [];
  const free = [...connections];
  const open = new Set();
  /** Sends what is due, for as long as something is; waiting for a free connection is part of the latency. */
  const deliver = async (connection) => {
    for (let dueAt = due.shift(); dueAt !== undefined; dueAt = due.shift()) {
      const status = await connection.send(requestBytes(path, signDelivery(BODY)));
      latencies.push(performance.now() - dueAt);
      if (status !== 200) throw new Error(`A delivery was answered with ${status}.`);
    }
    free.push(connection);
  };
  const startedAt = performance.now();
  const total = perSecond * seconds;
  for (let made = 0; made < total;) {
    const now = performance.now();
    for (; made < Math.min(total, ((now - startedAt) / 1000) * perSecond); made++) due.push(now);
    while (due.length > 0 && free.length > 0) {
      const delivering = deliver(free.pop()).finally(() => open.delete(delivering));
      open.add(delivering);
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  await Promise.all(open);
  for (const connection of connections) connection.close();
  latencies.sort((a, b) => a - b);
  const quantile = (share) => latencies[Math.floor((latencies.length - 1) * share)];
  return { p50: quantile(0.5), p99: quantile(0.99) };
}

serve({ run });
