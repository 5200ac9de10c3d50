import {
  Body,
  Controller,
  Inject,
  Injectable,
  Module,
  Post,
  Res,
  UseGuards,
  VersioningType,
  type INestApplication,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import {
  getPortOneToken,
  InjectPortOne,
  PortOneModule,
  PortOneWebhook,
  VerifiedWebhook,
  WebhookDispatcher,
  WebhookGuard,
  type ReceivedWebhook,
  type WebhookDelivery,
} from 'nestjs-portone';

import { deliver, paidEvent, post, SECRET } from '../../support/deliveries.js';
import { PLATFORMS, startApp, type RunningApp } from '../../support/platforms.js';

const SECRET_B = Buffer.from('the secret of account b').toString('base64');

@Injectable()
class Orders {
  readonly seen: (string | undefined)[] = [];
  fail = false;

  @PortOneWebhook('Transaction.Paid')
  @PortOneWebhook('Transaction.Paid', { account: 'b' })
  onPaid(_event: object, delivery: WebhookDelivery): void {
    if (this.fail) throw new Error('no');
    this.seen.push(delivery.account);
  }
}

@Controller({ path: 'hooks', version: ['1', '2'] })
class OwnRoutes {
  @Inject(HttpAdapterHost) private readonly host!: HttpAdapterHost;
  @Inject(WebhookDispatcher) private readonly dispatcher!: WebhookDispatcher;
  @InjectPortOne(WebhookDispatcher, 'b') private readonly dispatcherB!: WebhookDispatcher;

  @Post('a')
  @UseGuards(WebhookGuard)
  async a(
    @VerifiedWebhook() { event, delivery }: ReceivedWebhook,
    @Body() body: unknown,
    @Res() response: object,
  ): Promise<void> {
    expect(body).toEqual(event);
    const answer = await this.dispatcher.dispatch(event, delivery);
    await this.host.httpAdapter.reply(response, answer.body, answer.status);
  }

  @Post('b')
  @UseGuards(WebhookGuard.for('b'))
  async b(@VerifiedWebhook() { event, delivery }: ReceivedWebhook, @Res() response: object): Promise<void> {
    const answer = await this.dispatcherB.dispatch(event, delivery);
    await this.host.httpAdapter.reply(response, answer.body, answer.status);
  }

  @Post('elsewhere')
  @UseGuards(WebhookGuard)
  elsewhere(@VerifiedWebhook() { delivery }: ReceivedWebhook): string {
    return delivery.rawBody.toString();
  }

  @Post('unguarded')
  unguarded(@VerifiedWebhook() received: ReceivedWebhook): ReceivedWebhook {
    return received;
  }
}

@Module({
  imports: [
    PortOneModule.forRoot({
      apiSecret: 'a',
      webhook: { secrets: [SECRET] },
      webhookController: false,
      webhookPath: '/hooks/a/',
    }),
    PortOneModule.forRoot({
      name: 'b',
      apiSecret: 'b',
      webhook: { secrets: [SECRET_B] },
      webhookController: false,
      webhookPath: 'hooks/b',
    }),
  ],
  controllers: [OwnRoutes],
  providers: [Orders],
})
class AppModule {}

describe.each(PLATFORMS)('a route of one’s own on %s', (_platform, adapter) => {
  let running: RunningApp;

  const versioned = (app: INestApplication): void => {
    app.setGlobalPrefix('api');
    app.enableVersioning({ type: VersioningType.URI });
  };

  afterEach(() => running.app.close());

  it('gets verified events with the exact bytes, for each account its own', async () => {
    running = await startApp(AppModule, adapter, {}, versioned);
    const { seen } = running.app.get(Orders);
    expect((await deliver(`${running.url}/api/v1/hooks/a`)).status).toBe(200);
    expect((await deliver(`${running.url}/api/v2/hooks/b`, paidEvent(), { secret: SECRET_B })).status).toBe(200);
    expect(seen).toEqual([undefined, 'b']);
    expect((await deliver(`${running.url}/api/v1/hooks/b`, paidEvent(), { secret: SECRET })).status).toBe(401);
    expect((await deliver(`${running.url}/api/v1/hooks/a`, paidEvent(), { secret: SECRET_B })).status).toBe(401);
    expect(running.app.get<unknown>(getPortOneToken(WebhookDispatcher, 'b'), { strict: false })).not.toBe(
      running.app.get(WebhookDispatcher, { strict: false }),
    );
  });

  it('hears the table’s answers from dispatch', async () => {
    running = await startApp(AppModule, adapter, {}, versioned);
    const path = `${running.url}/api/v1/hooks/a`;
    running.app.get(Orders).fail = true;
    expect((await deliver(path, paidEvent(), { id: 'm' })).status).toBe(500);
    running.app.get(Orders).fail = false;
    expect((await deliver(path, paidEvent(), { id: 'm' })).body).toEqual({ status: 'handled' });
    expect((await deliver(path, paidEvent(), { id: 'm' })).body).toEqual({ status: 'duplicate' });
    expect((await post(path, '{}', {})).status).toBe(401);
  });

  it('elsewhere uses rawBody, and says the fix when there is none', async () => {
    running = await startApp(AppModule, adapter, { rawBody: true }, versioned);
    const body = '{ "type": "Transaction.Paid" , "data": {} }';
    const answer = await deliver(`${running.url}/api/v1/hooks/elsewhere`, JSON.parse(body) as object);
    expect(answer.status).toBe(201);
    await running.app.close();

    running = await startApp(AppModule, adapter, {}, versioned);
    const missing = await deliver(`${running.url}/api/v1/hooks/elsewhere`);
    expect(missing).toMatchObject({ status: 500, body: { type: 'WEBHOOK_RAW_BODY_MISSING' } });
    expect(missing.body['message']).toMatch(/webhookPath.*rawBody: true/s);
    expect((await deliver(`${running.url}/api/v1/hooks/unguarded`)).status).toBe(500);
  });
});
