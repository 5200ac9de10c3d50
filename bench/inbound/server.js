// A Nest application in a process of its own: one contender, one platform, one major version of Nest.
import { cpuMicroseconds, serve } from '../child-process.js';
import { importFor } from '../packages.js';
import { APPLICATIONS, handled } from './applications.js';

const [contender, platform, nest] = process.argv.slice(2);
const load = importFor(nest);

await load('reflect-metadata');
const { NestFactory } = await load('@nestjs/core');
const { AppModule, path, nestOptions, signer = 'portone' } = await APPLICATIONS[contender](load);
const adapter =
  platform === 'fastify'
    ? new (await load('@nestjs/platform-fastify')).FastifyAdapter()
    : new (await load('@nestjs/platform-express')).ExpressAdapter();
const app = await NestFactory.create(AppModule, adapter, { logger: ['error'], ...nestOptions });
await app.listen(0, '127.0.0.1');

serve(
  { usage: () => ({ cpu: cpuMicroseconds(), handled: handled.count }) },
  { port: app.getHttpServer().address().port, path, signer },
);
