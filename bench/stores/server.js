// A Nest application in a process of its own: one inbox, Fastify, Nest 12.
import { cpuMicroseconds, serve } from '../child-process.js';
import { importFor } from '../packages.js';
import { applicationOf, handled } from './applications.js';
import { countRoundTrips } from './round-trips.js';

const setting = JSON.parse(process.argv[2]);
const load = importFor(12);

await load('reflect-metadata');
const { NestFactory } = await load('@nestjs/core');
const { FastifyAdapter } = await load('@nestjs/platform-fastify');
const { AppModule, path } = await applicationOf(load, setting);
const app = await NestFactory.create(AppModule, new FastifyAdapter(), { logger: ['error'] });
await app.listen(0, '127.0.0.1');

let counted;

serve(
  {
    usage: () => ({ cpu: cpuMicroseconds(), handled: handled.count }),
    countRoundTrips() {
      counted = countRoundTrips([setting.redisUrl, setting.databaseUrl]);
    },
    roundTrips: () => counted(),
    pause: async () => (await queue()).pause(),
    resume: async () => (await queue()).resume(),
  },
  { port: app.getHttpServer().address().port, path },
);

async function queue() {
  const { getQueueToken } = await load('@nestjs/bullmq');
  return app.get(getQueueToken('portone-webhooks'));
}
