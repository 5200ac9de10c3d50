import { Injectable, type INestApplication } from '@nestjs/common';
import {
  getPortOneToken,
  PortOneModule,
  PortOneWebhook,
  PortOneWebhookEvents,
  WebhookInbox,
  WebhookInboxAdmin,
  type WebhookDelivery,
} from 'nestjs-portone';
import { RedisWebhookInbox, type RedisWebhookInboxOptions } from 'nestjs-portone/redis';
import { firstValueFrom } from 'rxjs';

import { deliver, paidEvent, SECRET } from '../../support/deliveries.js';
import { PLATFORMS } from '../../support/platforms.js';
import { describeWithRedis } from '../../support/servers.js';
import { openShop, Shop } from '../../support/shop.js';
import { deferred, startWebhookApp } from '../../support/webhook-app.js';
import { application, start } from '../module/applications.js';
import { RedisSpace, until } from './redis-space.js';

@Injectable()
class Orders {
  readonly seen: string[] = [];
  broken: string | undefined;

  @PortOneWebhook('Transaction.Paid')
  onPaid(_event: object, delivery: WebhookDelivery): void {
    this.see('', delivery);
  }

  @PortOneWebhook('Transaction.Paid', { account: 'b' })
  onPaidInB(_event: object, delivery: WebhookDelivery): void {
    this.see('b', delivery);
  }

  private see(account: string, { id, attempt }: WebhookDelivery): void {
    this.seen.push(`${account}/${id} ${attempt}`);
    if (this.broken === account) throw new Error('it broke');
  }
}

describeWithRedis('applications on one Redis', () => {
  let space: RedisSpace;
  const apps: INestApplication[] = [];
  beforeAll(async () => {
    space = await RedisSpace.open();
  });
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
  });
  afterAll(() => space.close());

  it.each(PLATFORMS)(
    'take up what a process held that died, once its lease has ended, on %s',
    async (_name, adapter) => {
      let time = Date.now();
      const options: Omit<RedisWebhookInboxOptions, 'redis'> = {
        prefix: space.freshPrefix(),
        redrive: { pollMs: 5 },
        now: () => time,
      };
      // A connection of its own, which can be cut: what has no connection can no more renew a lease than what is dead.
      const connection = space.redis.duplicate();
      const first = await openShop(adapter, {
        webhookInbox: { useFactory: () => new RedisWebhookInbox({ redis: connection, ...options }) },
      });
      apps.push(first.running.app);
      const called = deferred();
      const end = deferred();
      first.shop.mail = () => {
        called.resolve();
        return end.promise;
      };
      const answer = deliver(first.path, paidEvent(), { id: 'msg_1' });
      await called.promise;
      const inbox = new RedisWebhookInbox({ redis: space.redis, ...options });
      // Of two handlers, the one that is through is noted.
      await until(() => isNoted(space, options.prefix!));
      connection.disconnect();

      const second = await openShop(adapter, { webhookInbox: { useFactory: () => inbox } });
      apps.push(second.running.app);
      const handled = firstValueFrom(second.running.app.get(PortOneWebhookEvents).all$);
      expect((await inbox.claim('/msg_1', 1)).state).toBe('in-progress');
      time += 20_000;
      const { delivery } = await handled;
      expect(delivery).toMatchObject({ id: 'msg_1', attempt: 2 });
      expect(delivery.rawBody.toString()).toBe(JSON.stringify(paidEvent()));
      expect(first.shop.calls).toEqual(['stock 1', 'mail 1']);
      expect(second.shop.calls).toEqual(['mail 2']);
      expect((await deliver(second.path, paidEvent(), { id: 'msg_1' })).body).toEqual({ status: 'duplicate' });

      end.resolve();
      expect((await answer).status).toBe(503);
    },
  );

  it('two accounts never meet there', async () => {
    const prefix = space.freshPrefix();
    const webhook = { secrets: [SECRET] };
    const webhookInbox = {
      useFactory: () => new RedisWebhookInbox({ redis: space.redis, prefix, redrive: { maxAttempts: 1, pollMs: 5 } }),
    };
    const app = await start(
      application(
        [
          PortOneModule.forRoot({ apiSecret: 'a', webhook, webhookInbox }),
          PortOneModule.forRoot({ apiSecret: 'b', webhook, webhookInbox, name: 'b' }),
        ],
        [Orders],
      ),
    );
    apps.push(app);
    await app.listen(0, '127.0.0.1');
    const url = `${await app.getUrl()}/webhook/portone`;
    const orders = app.get(Orders);
    orders.broken = 'b';
    expect((await deliver(url, paidEvent(), { id: 'msg_1' })).status).toBe(200);
    expect((await deliver(`${url}/b`, paidEvent(), { id: 'msg_1' })).status).toBe(500);
    expect(orders.seen).toEqual(['/msg_1 1', 'b/msg_1 1']);

    const [admin, adminOfB] = [
      app.get(WebhookInboxAdmin),
      app.get<WebhookInboxAdmin>(getPortOneToken(WebhookInboxAdmin, 'b')),
    ];
    expect(await admin.list()).toEqual([]);
    expect(await adminOfB.list()).toMatchObject([{ deliveryId: 'msg_1', attempt: 1, lastFailure: /it broke/ }]);
    expect(await admin.replay('msg_1')).toBe(false);
    expect(await admin.discard('msg_1')).toBe(false);
    orders.broken = undefined;
    const handled = firstValueFrom(app.get<PortOneWebhookEvents>(getPortOneToken(PortOneWebhookEvents, 'b')).all$);
    expect(await adminOfB.replay('msg_1')).toBe(true);
    await handled;
    expect(orders.seen).toEqual(['/msg_1 1', 'b/msg_1 1', 'b/msg_1 1']);
    expect(await adminOfB.backlog()).toMatchObject({ unfinished: 0, exhausted: 0 });
  });

  it.each(PLATFORMS)(
    'announce what exhausts its attempts, which an operator can have taken up again, on %s',
    async (_name, adapter) => {
      const redrive = { maxAttempts: 2, baseDelayMs: 1, maxDelayMs: 1, pollMs: 5 };
      const inbox = new RedisWebhookInbox({ redis: space.redis, prefix: space.freshPrefix(), redrive });
      const { app, url } = await startWebhookApp(adapter, {
        providers: [Shop],
        webhookInbox: { useFactory: () => inbox },
      });
      apps.push(app);
      expect(app.get(WebhookInbox)).toBe(inbox);
      const shop = app.get(Shop, { strict: false });
      shop.mail = () => Promise.reject(new Error('no mail today'));
      const exhausted = firstValueFrom(app.get(PortOneWebhookEvents).exhausted$);
      expect((await deliver(`${url}/webhook/portone`, paidEvent(), { id: 'msg_2' })).status).toBe(500);
      expect(await exhausted).toMatchObject({ delivery: { id: 'msg_2' }, attempts: 2 });
      expect(shop.calls).toEqual(['stock 1', 'mail 1', 'mail 2']);
      const admin = app.get(WebhookInboxAdmin);
      expect(await admin.list({ state: 'exhausted' })).toMatchObject([
        { deliveryId: 'msg_2', dueAt: null, lastFailure: 'Shop.sendMail: no mail today' },
      ]);
      shop.mail = () => undefined;
      const handled = firstValueFrom(app.get(PortOneWebhookEvents).all$);
      expect(await admin.replay('msg_2')).toBe(true);
      await handled;
      expect(shop.calls).toEqual(['stock 1', 'mail 1', 'mail 2', 'mail 1']);
    },
  );
});

/** Whether a handler of the only delivery is noted as through. */
async function isNoted(space: RedisSpace, prefix: string): Promise<true | null> {
  const key = (await space.keys(prefix)).find((name) => name.includes(':delivery:'))!;
  return (await space.redis.hkeys(key)).some((field) => field.startsWith('h:')) || null;
}
