import { Injectable, RequestMethod, UseGuards, VersioningType, type INestApplication } from '@nestjs/common';
import { OnSubscription, PortOneConfirm, PortOneModule, PortOneWebhook } from 'nestjs-portone';

import { deliver, SECRET } from '../../support/deliveries.js';
import { application, start } from './applications.js';
import { RecordingLogger } from './recording-logger.js';

class Never {
  canActivate(): boolean {
    return false;
  }
}

@Injectable()
class Orders {
  @PortOneWebhook('Transaction.Paid', 'Transaction.Cancelled')
  onMoney(): void {}

  @PortOneWebhook('BillingKey.*', { id: 'billing-keys' })
  @PortOneWebhook('Transaction.Failed')
  onOthers(): void {}

  @PortOneConfirm()
  mayBuy(): void {}

  @PortOneWebhook('*', { account: 'b' })
  onAll(): void {}
}

const API_SECRET = 'an api secret'.replaceAll(' ', '-');

async function logOf(
  configure: (app: INestApplication) => void = () => undefined,
  extras: Partial<Parameters<typeof PortOneModule.forRoot>[0]> = {},
): Promise<RecordingLogger> {
  const logger = new RecordingLogger();
  const options = { apiSecret: API_SECRET, webhook: { secrets: [SECRET] } };
  const registered = [
    PortOneModule.forRoot({ ...options, ...extras }),
    PortOneModule.forRoot({ ...options, name: 'b' }),
  ];
  const app = await start(application(registered, [Orders]), logger, configure);
  await app.close();
  return logger;
}

const endpoints = (logger: RecordingLogger): string[] =>
  logger.ofPortOne('log').filter((message) => message.startsWith('PortOneModule'));

it('the routing table is logged, one line a handler', async () => {
  const logger = await logOf();
  expect(logger.ofPortOne('log')).toEqual([
    'PortOneModule: webhook endpoint POST /webhook/portone, 3 handler(s)',
    '  Transaction.Paid, Transaction.Cancelled -> Orders.onMoney',
    '  Transaction.Failed, BillingKey.* -> billing-keys',
    '  Transaction.Confirm -> Orders.mayBuy',
    'PortOneModule "b": webhook endpoint POST /webhook/portone/b, 1 handler(s)',
    '  * -> Orders.onAll',
  ]);
  expect(logger.ofPortOne('warn')).toEqual([]);
});

it('the hooks of subscriptions are logged too', async () => {
  class Memberships {
    @OnSubscription('charged')
    @OnSubscription('lapsed')
    onChange(): void {}

    @OnSubscription('charged', { account: 'b' })
    onCharged(): void {}
  }
  const logger = new RecordingLogger();
  const registered = PortOneModule.forRoot({ apiSecret: API_SECRET, webhook: { secrets: [SECRET] } });
  const second = PortOneModule.forRoot({ name: 'b', apiSecret: API_SECRET, webhook: { secrets: [SECRET] } });
  const app = await start(application([registered, second], [Memberships]), logger);
  await app.close();
  expect(logger.ofPortOne('log').filter((line) => line.includes('subscription '))).toEqual([
    '  subscription lapsed, charged -> Memberships.onChange',
    '  subscription charged -> Memberships.onCharged',
  ]);
});

describe('the path is logged as PortOne has to call it', () => {
  it.each<[string, (app: INestApplication) => void, string]>([
    ['a global prefix', (app) => app.setGlobalPrefix('api'), '/api/webhook/portone'],
    ['a global prefix with slashes', (app) => app.setGlobalPrefix('/api/v2/'), '/api/v2/webhook/portone'],
    [
      'a prefix that it is excluded from',
      (app) => app.setGlobalPrefix('api', { exclude: ['webhook/portone'] }),
      '/webhook/portone',
    ],
    [
      'a prefix that its POST is excluded from',
      (app) => app.setGlobalPrefix('api', { exclude: [{ path: 'webhook/*path', method: RequestMethod.POST }] }),
      '/webhook/portone',
    ],
    [
      'a prefix that only a GET is excluded from',
      (app) => app.setGlobalPrefix('api', { exclude: [{ path: 'webhook/portone', method: RequestMethod.GET }] }),
      '/api/webhook/portone',
    ],
    [
      'versioning',
      (app) => app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' }),
      '/webhook/portone',
    ],
  ])('with %s', async (_with, configure, path) => {
    const logger = new RecordingLogger();
    const registered = PortOneModule.forRoot({ apiSecret: API_SECRET, webhook: { secrets: [SECRET] } });
    const app = await start(application([registered]), logger, configure);
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();
    expect(endpoints(logger)).toEqual([expect.stringContaining(`POST ${path}, `)]);
    expect((await deliver(url + path)).status).toBe(200);
    await app.close();
  });

  it("with a route of the application's own", async () => {
    const logger = await logOf((app) => app.setGlobalPrefix('api'), {
      webhookController: false,
      webhookPath: '/hooks/',
    });
    expect(endpoints(logger)[0]).toMatch(
      /^PortOneModule: bytes collected for a route of your own at.* POST \/api\/hooks, /,
    );
  });
});

it('a handler with a guard is warned of: it does not run', async () => {
  @Injectable()
  class Guarded {
    @PortOneWebhook('Transaction.Paid')
    @UseGuards(Never)
    onPaid(): void {}
  }
  const logger = new RecordingLogger();
  const registered = PortOneModule.forRoot({ apiSecret: API_SECRET, webhook: { secrets: [SECRET] } });
  const app = await start(application([registered], [Guarded]), logger);
  await app.close();
  expect(logger.ofPortOne('warn')).toEqual([
    expect.stringMatching(/^Guarded\.onPaid carries @UseGuards: they do not run/),
  ]);
});

it('a global guard is warned of, unless the endpoint was decorated for it', async () => {
  const guarded = (app: INestApplication): void => void app.useGlobalGuards(new Never());
  const warning = expect.stringMatching(/^PortOneModule: global guards run on the webhook endpoint too\./) as string;
  expect((await logOf(guarded)).ofPortOne('warn')).toContainEqual(warning);
  const decorated = await logOf(guarded, { webhookDecorators: [() => undefined] });
  expect(decorated.ofPortOne('warn')).not.toContainEqual(warning);
});

it('no secret is logged', async () => {
  const { lines } = await logOf(undefined, { timeoutMs: 1 });
  const everything = lines.map(({ message }) => message).join('\n');
  for (const secret of [API_SECRET, SECRET, SECRET.replace('whsec_', '')]) expect(everything).not.toContain(secret);
});
