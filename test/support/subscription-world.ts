import { Injectable, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  BillingKeyService,
  InMemorySubscriptionStore,
  OnSubscription,
  PaymentScheduleService,
  PaymentService,
  PortOneModule,
  SubscriptionService,
  type SubscriptionEvent,
  type SubscriptionRecord,
} from '../../lib/index.js';
import { PortOneSandbox } from '../../lib/testing/index.js';
import type { SandboxUndocumented } from '../../lib/testing/faults/undocumented.js';
import { Killing } from './killing.js';

export const GOOD_CARD = '4111 1111 1111 1111';
export const DECLINED_CARD = '4111 1111 1111 1112';

const SECRET = `whsec_${Buffer.from('the webhook secret of the soak').toString('base64')}`;

export interface WorldOptions {
  seed?: string;
  from?: Date;
  undocumented?: Partial<SandboxUndocumented>;
  /** Whether the client tries again by itself. */
  retry?: boolean;
  /** Decides who is killed. */
  chance?: () => number;
}

/** A sandbox, and an application on it whose processes are killed now and then. */
export class World {
  onEvent: (event: SubscriptionEvent) => void | Promise<void> = () => undefined;

  private constructor(
    readonly sandbox: PortOneSandbox,
    readonly app: INestApplication,
    readonly killing: Killing,
  ) {}

  get subscriptions(): SubscriptionService {
    return this.app.get(SubscriptionService);
  }

  static async start({
    seed = 'subscriptions',
    from = new Date('2026-01-20T00:00:00+09:00'),
    undocumented = {},
    retry = false,
    chance = () => 1,
  }: WorldOptions = {}): Promise<World> {
    const sandbox = await PortOneSandbox.start({ seed, clock: from, undocumented });
    const killing = new Killing(chance);
    const store = killing.around(new InMemorySubscriptionStore(), ['create', 'replace']);
    let world: World | undefined;

    @Injectable()
    class Memberships {
      @OnSubscription('charged')
      @OnSubscription('failed')
      @OnSubscription('lapsed')
      @OnSubscription('charged-after-cancel')
      @OnSubscription('duplicate-charge')
      on(event: SubscriptionEvent): void | Promise<void> {
        return world?.onEvent(event);
      }
    }
    class AppModule {}
    const module = PortOneModule.forRoot({
      apiSecret: sandbox.apiSecret,
      baseUrl: sandbox.url,
      now: () => sandbox.clock.now(),
      retry: retry && { maxAttempts: 3, baseDelayMs: 1, maxDelayMs: 2 },
      webhook: { secrets: [SECRET] },
      subscriptionStore: { useFactory: () => store },
    });
    const app = await NestFactory.create(
      { module: AppModule, imports: [module], providers: [Memberships] },
      { logger: false, abortOnError: false },
    );
    killing.around(app.get(PaymentService), ['payWithBillingKey']);
    killing.around(app.get(PaymentScheduleService), ['createPaymentSchedule', 'revokePaymentSchedules']);
    killing.around(app.get(BillingKeyService), ['deleteBillingKey']);
    app.use((_request: unknown, _response: unknown, next: () => void) => killing.process(next));
    await app.listen(0, '127.0.0.1');
    sandbox.webhook = { url: `${await app.getUrl()}/webhook/portone`, secret: SECRET };
    return (world = new World(sandbox, app, killing));
  }

  /** A billing key of a card. */
  async issueKey(number = GOOD_CARD): Promise<string> {
    const credential = { number, expiryMonth: '12', expiryYear: '30' };
    const keys = this.app.get(BillingKeyService);
    const { billingKeyInfo } = await keys.issueBillingKey({ channelKey: 'channel', method: { card: { credential } } });
    return billingKeyInfo.billingKey;
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.sandbox.stop();
  }

  /** What the service has of one, for what only it knows: which payment comes next. */
  async record(subscriptionId: string): Promise<SubscriptionRecord> {
    const record = await this.subscriptions.find(subscriptionId);
    if (record === null) throw new Error(`${subscriptionId} is not there`);
    return record;
  }
}
