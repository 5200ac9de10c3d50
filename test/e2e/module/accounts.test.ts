import { Inject, Injectable, type INestApplication } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService } from '@nestjs/core';
import * as publicFace from 'nestjs-portone';
import {
  getPortOneToken,
  InjectPortOne,
  InMemoryWebhookInbox,
  PaymentService,
  portOneConfigFor,
  PortOneClient,
  PortOneModule,
  PortOneWebhook,
  PortOneWebhookEvents,
  WebhookDispatcher,
  WebhookInbox,
  WebhookVerifier,
  type PortOneModuleOptions,
  type WebhookDelivery,
  type WebhookEvent,
} from 'nestjs-portone';

import { deliver, paidEvent, SECRET } from '../../support/deliveries.js';
import { withEnvironment } from '../../unit/options/environment.js';
import { application, start } from './applications.js';
import { PortOneServer } from './portone-server.js';

const SECRET_B = Buffer.from('the secret of the second account').toString('base64');

/** Everything that an account has. */
const PARTS = [
  PortOneClient,
  publicFace.PaymentService,
  publicFace.BillingKeyService,
  publicFace.PaymentScheduleService,
  publicFace.CashReceiptService,
  publicFace.PromotionService,
  publicFace.AdditionalFeatureService,
  publicFace.IdentityVerificationService,
  publicFace.ReconciliationService,
  publicFace.TaxInvoiceService,
  publicFace.PlatformService,
  publicFace.PgSpecificService,
  WebhookVerifier,
  WebhookDispatcher,
  PortOneWebhookEvents,
  WebhookInbox,
];

@Injectable()
class Orders {
  readonly seen: string[] = [];

  constructor(
    readonly payments: PaymentService,
    @InjectPortOne(PaymentService, 'b') readonly paymentsB: PaymentService,
    @InjectPortOne(PaymentService) readonly sameAsPayments: PaymentService,
  ) {}

  @InjectPortOne(PortOneClient, 'b') readonly clientB!: PortOneClient;

  @PortOneWebhook('Transaction.Paid')
  onPaid({ data }: WebhookEvent<'Transaction.Paid'>, { account }: WebhookDelivery): void {
    this.seen.push(`unnamed: ${data.paymentId} of ${String(account)}`);
  }

  @PortOneWebhook('Transaction.Paid', { account: 'b' })
  onPaidB({ data }: WebhookEvent<'Transaction.Paid'>, { account }: WebhookDelivery): void {
    this.seen.push(`b: ${data.paymentId} of ${String(account)}`);
  }
}

describe('two accounts in one application', () => {
  let server: PortOneServer;
  let app: INestApplication;
  let orders: Orders;
  let url: string;

  const optionsA = (): PortOneModuleOptions => ({
    apiSecret: 'secret-a',
    storeId: 'store-a',
    baseUrl: server.url,
    webhook: { secrets: [SECRET] },
  });

  beforeAll(async () => {
    server = await PortOneServer.start();
    const variables = {
      PORTONE_API_SECRET: 'not the one of b',
      PORTONE_B_API_SECRET: 'secret-b',
      PORTONE_B_STORE_ID: 'store-b',
      PORTONE_B_BASE_URL: server.url,
      PORTONE_B_WEBHOOK_SECRET: SECRET_B,
    };
    // One inbox for both: an id carries its account.
    const inbox = { webhookInbox: { useFactory: () => shared } };
    const shared = new InMemoryWebhookInbox();
    app = await withEnvironment(variables, () =>
      start(
        application(
          [
            PortOneModule.forRoot({ ...optionsA(), ...inbox }),
            PortOneModule.forRootAsync({ name: 'b', ...inbox, ...portOneConfigFor('b', 'PORTONE_B_').asProvider() }),
          ],
          [Orders],
        ),
      ),
    );
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
    orders = app.get(Orders);
  });
  afterAll(async () => {
    await app.close();
    await server.stop();
  });
  beforeEach(() => {
    orders.seen.length = 0;
    server.requests.length = 0;
  });

  it('call PortOne with a secret and a store each', async () => {
    await orders.payments.capturePayment({ paymentId: 'p' });
    await orders.paymentsB.capturePayment({ paymentId: 'p' });
    await orders.clientB.payment.capturePayment({ paymentId: 'p' });
    expect(server.requests.map(({ authorization, body }) => [authorization, JSON.parse(body) as unknown])).toEqual([
      ['PortOne secret-a', { storeId: 'store-a' }],
      ['PortOne secret-b', { storeId: 'store-b' }],
      ['PortOne secret-b', { storeId: 'store-b' }],
    ]);
    expect(orders.sameAsPayments).toBe(orders.payments);
  });

  it.each(PARTS)('share no $name', (part) => {
    const a: unknown = app.get(part);
    const b: unknown = app.get(getPortOneToken(part, 'b'));
    expect(a).toBeInstanceOf(part);
    expect(b).toBeInstanceOf(part);
    if (part !== WebhookInbox) expect(b).not.toBe(a);
  });

  it('have an endpoint, a secret and handlers each', async () => {
    expect((await deliver(`${url}/webhook/portone`, paidEvent('p-a'), { id: 'msg_1' })).status).toBe(200);
    expect(orders.seen).toEqual(['unnamed: p-a of undefined']);
    const toB = await deliver(`${url}/webhook/portone/b`, paidEvent('p-b'), { id: 'msg_1', secret: SECRET_B });
    expect(toB.body).toEqual({ status: 'handled' });
    expect(orders.seen).toEqual(['unnamed: p-a of undefined', 'b: p-b of b']);
  });

  it("do not take each other's deliveries", async () => {
    const wrongWay = [
      await deliver(`${url}/webhook/portone/b`, paidEvent(), { secret: SECRET }),
      await deliver(`${url}/webhook/portone`, paidEvent(), { secret: SECRET_B }),
    ];
    for (const { status, body } of wrongWay) {
      expect(status).toBe(401);
      expect(body).toMatchObject({ type: 'NO_MATCHING_SIGNATURE' });
    }
    expect(orders.seen).toEqual([]);
  });

  it('have a controller class each, with one path', () => {
    const paths = app
      .get(DiscoveryService, { strict: false })
      .getControllers()
      .map(({ metatype }) => Reflect.getMetadata(PATH_METADATA, metatype!) as string);
    expect(paths).toEqual(['webhook/portone', 'webhook/portone/b']);
  });

  it('can each be looked on at', async () => {
    const seen: string[] = [];
    const subscriptions = [undefined, 'b'].map((account) =>
      app
        .get<PortOneWebhookEvents>(getPortOneToken(PortOneWebhookEvents, account))
        .all$.subscribe(({ event }) => seen.push(`${account ?? 'unnamed'} ${String(event.type)}`)),
    );
    await deliver(`${url}/webhook/portone/b`, paidEvent(), { secret: SECRET_B });
    for (const subscription of subscriptions) subscription.unsubscribe();
    expect(seen).toEqual(['b Transaction.Paid']);
  });
});

describe('a named account alone', () => {
  const named = () => PortOneModule.forRoot({ name: 'b', apiSecret: 'secret-b' });

  it.each(PARTS)('gives no $name by class', async (part) => {
    const app = await start(application([named()]));
    try {
      expect(() => app.get(part, { strict: false })).toThrow(/could not find|does not exist/i);
      expect(app.get(getPortOneToken(part, 'b'), { strict: false })).toBeInstanceOf(part);
      expect(() => app.get(getPortOneToken(part, 'c'), { strict: false })).toThrow(/could not find|does not exist/i);
    } finally {
      await app.close();
    }
  });

  it('cannot be injected by class', async () => {
    @Injectable()
    class Reports {
      constructor(@Inject(PaymentService) readonly payments: PaymentService) {}
    }
    await expect(start(application([named()], [Reports]))).rejects.toThrow(/can't resolve dependencies of the Reports/);
  });
});
