import { SpanKind, trace } from '@opentelemetry/api';
import { ExpressAdapter } from '@nestjs/platform-express';
import { PortOneOpenTelemetryModule } from 'nestjs-portone/opentelemetry';

import { describeWithRedis } from '../../support/servers.js';
import { Telemetry } from '../../support/telemetry.js';
import { QueueWorld } from '../bullmq/queue-world.js';
import { RedisSpace } from '../redis/redis-space.js';

describeWithRedis('a trace through the queue', () => {
  let space: RedisSpace;
  let world: QueueWorld;
  let telemetry: Telemetry;
  beforeAll(async () => (space = await RedisSpace.open()));
  afterAll(() => space.close());
  beforeEach(async () => {
    world = await QueueWorld.open(space);
    telemetry = new Telemetry().start();
  });
  afterEach(async () => {
    await world.close();
    await telemetry.stop();
  });

  it('leads from the process that took the delivery to the handlers in another, each attempt of them', async () => {
    const imports = [PortOneOpenTelemetryModule];
    const web = await world.start({ adapter: () => new ExpressAdapter(), queue: { worker: false }, imports });
    expect((await web.send('m-1')).body).toEqual({ status: 'queued' });
    const queued = telemetry.one('process Transaction.Paid');
    expect(queued.attributes).toMatchObject({ 'portone.delivery.via': 'http', 'portone.delivery.answer': 'queued' });

    // Whatever is active where a worker starts is none of its jobs' business.
    const worker = await trace.getTracer('shop').startActiveSpan('main', async (span) => {
      const started = await world.start({ imports });
      span.end();
      return started;
    });
    let calls = 0;
    worker.shop.stock = () => {
      trace.getTracer('shop').startSpan('UPDATE stock').end();
      if ((calls += 1) === 1) throw new Error('no');
    };
    await world.happened('completed', 2);

    const jobs = telemetry.named('process Transaction.Paid').slice(1);
    expect(jobs.map(({ kind, attributes }) => [kind, attributes['portone.delivery.via']])).toEqual(
      Array.from({ length: 3 }, () => [SpanKind.CONSUMER, 'queue']),
    );
    const own = telemetry.named('UPDATE stock');
    expect(own).toHaveLength(2);
    for (const span of own) {
      expect(telemetry.pathOf(span)).toEqual([
        'UPDATE stock',
        'Shop.reserveStock',
        'process Transaction.Paid',
        'process Transaction.Paid',
      ]);
      expect(span.spanContext().traceId).toBe(queued.spanContext().traceId);
    }
  });

  it('begins with a job that was queued without one', async () => {
    const web = await world.start({ adapter: () => new ExpressAdapter(), queue: { worker: false } });
    await web.send('m-1');
    const [job] = await world.queue.getJobs(['waiting']);
    expect(job!.data).not.toHaveProperty('carrier');
    await world.start({ imports: [PortOneOpenTelemetryModule] });
    await world.happened('completed', 2);
    expect(telemetry.pathOf(telemetry.one('Shop.sendMail'))).toEqual(['Shop.sendMail', 'process Transaction.Paid']);
  });
});
