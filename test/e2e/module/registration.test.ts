import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Injectable, Module, type DynamicModule, type INestApplication } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import {
  BillingKeyService,
  InMemoryPaymentLock,
  InMemoryWebhookInbox,
  portOneConfig,
  PortOneClient,
  PortOneModule,
  PortOneWebhook,
  PaymentService,
  PlatformService,
  validatePortOneEnv,
  WebhookDispatcher,
  WebhookInbox,
  WebhookVerifier,
  type PortOneModuleOptions,
  type PortOneOptionsFactory,
} from 'nestjs-portone';

import { deliver, SECRET } from '../../support/deliveries.js';
import { withEnvironment } from '../../unit/options/environment.js';
import { application, start } from './applications.js';
import { PortOneServer } from './portone-server.js';

@Injectable()
class Vault {
  static baseUrl = '';
  async read(): Promise<PortOneModuleOptions> {
    return { apiSecret: 'from-the-vault', baseUrl: Vault.baseUrl, webhook: { secrets: [SECRET] } };
  }
}

@Module({ providers: [Vault], exports: [Vault] })
class VaultModule {}

@Injectable()
class VaultOptions implements PortOneOptionsFactory {
  constructor(private readonly vault: Vault) {}
  createPortOneOptions(): Promise<PortOneModuleOptions> {
    return this.vault.read();
  }
}

@Module({ imports: [VaultModule], providers: [VaultOptions], exports: [VaultOptions] })
class VaultOptionsModule {}

@Injectable()
class Orders {
  readonly paid: string[] = [];

  constructor(
    readonly payments: PaymentService,
    readonly billingKeys: BillingKeyService,
    readonly client: PortOneClient,
    readonly verifier: WebhookVerifier,
    readonly dispatcher: WebhookDispatcher,
    readonly inbox: WebhookInbox,
  ) {}

  @PortOneWebhook('Transaction.Paid')
  onPaid({ data }: { data: { paymentId: string } }): void {
    this.paid.push(data.paymentId);
  }
}

/** Imports nothing of PortOne. */
@Module({ providers: [Orders] })
class OrdersModule {}

describe('registration', () => {
  let server: PortOneServer;
  let app: INestApplication | undefined;

  beforeAll(async () => {
    server = await PortOneServer.start();
    Vault.baseUrl = server.url;
  });
  afterAll(() => server.stop());
  afterEach(async () => {
    await app?.close();
    app = undefined;
    server.requests.length = 0;
  });

  const options = (): PortOneModuleOptions => ({
    apiSecret: 'given',
    baseUrl: server.url,
    webhook: { secrets: [SECRET] },
  });

  it.each<[form: string, authorization: string, register: () => DynamicModule]>([
    ['forRoot', 'PortOne given', () => PortOneModule.forRoot(options())],
    ['useFactory', 'PortOne given', () => PortOneModule.forRootAsync({ useFactory: options })],
    [
      'useFactory with inject',
      'PortOne from-the-vault',
      () =>
        PortOneModule.forRootAsync({
          imports: [VaultModule],
          inject: [Vault],
          useFactory: (vault: Vault) => vault.read(),
        }),
    ],
    [
      'useClass',
      'PortOne from-the-vault',
      () => PortOneModule.forRootAsync({ imports: [VaultModule], useClass: VaultOptions }),
    ],
    [
      'useExisting',
      'PortOne from-the-vault',
      () => PortOneModule.forRootAsync({ imports: [VaultOptionsModule], useExisting: VaultOptions }),
    ],
  ])('by %s gives client, services and endpoint to every module', async (_form, authorization, register) => {
    app = await start(application([register(), OrdersModule]));
    await app.listen(0, '127.0.0.1');
    const orders = app.get(Orders, { strict: false });
    await expect(orders.payments.getPayment({ paymentId: 'p-1' })).resolves.toEqual({ status: 'PAID', id: 'p-1' });
    await orders.client.payment.billingKey.getBillingKeyInfo({ billingKey: 'b' });
    await orders.billingKeys.getBillingKeyInfo({ billingKey: 'b' });
    expect(server.requests.map((request) => request.authorization)).toEqual([
      authorization,
      authorization,
      authorization,
    ]);
    expect((await deliver(`${await app.getUrl()}/webhook/portone`)).status).toBe(200);
    expect(orders.paid).toEqual(['payment-1']);
  });

  it('by portOneConfig.asProvider() reads the environment, the .env file of ConfigModule included', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'nestjs-portone-'));
    const envFilePath = join(directory, '.env');
    await writeFile(envFilePath, `PORTONE_BASE_URL=${server.url}\nPORTONE_WEBHOOK_SECRET="${SECRET}"\n`);
    await withEnvironment({ PORTONE_API_SECRET: 'from-env' }, async () => {
      app = await start(
        application([
          ConfigModule.forRoot({ isGlobal: true, envFilePath, load: [portOneConfig], validate: validatePortOneEnv }),
          PortOneModule.forRootAsync(portOneConfig.asProvider()),
          OrdersModule,
        ]),
      );
    });
    await rm(directory, { recursive: true });
    await app!.get(PaymentService).getPayment({ paymentId: 'p-1' });
    expect(server.requests).toEqual([{ authorization: 'PortOne from-env', url: '/payments/p-1', body: '' }]);
  });

  it.each([true, undefined])('is global with isGlobal: %s', async (isGlobal) => {
    for (const register of [
      () => PortOneModule.forRoot({ ...options(), isGlobal }),
      () => PortOneModule.forRootAsync({ isGlobal, useFactory: options }),
    ]) {
      app = await start(application([register(), OrdersModule]));
      expect(app.get(Orders, { strict: false }).payments).toBeInstanceOf(PaymentService);
      await app.close();
    }
  });

  it('is not global with isGlobal: false: only who imports it can inject', async () => {
    const registered = PortOneModule.forRoot({ ...options(), isGlobal: false });
    await expect(start(application([registered, OrdersModule]))).rejects.toThrow(
      /can't resolve dependencies of the Orders/,
    );

    app = await start(application([{ module: class ShopModule {}, imports: [registered], providers: [Orders] }]));
    expect(app.get(Orders, { strict: false }).client).toBeInstanceOf(PortOneClient);
  });

  it('is one account when the same dynamic module is imported in two places', async () => {
    const registered = PortOneModule.forRoot({ ...options(), isGlobal: false });
    const report = { provide: 'REPORT', useExisting: PaymentService };
    app = await start(
      application([
        { module: class ShopModule {}, imports: [registered], providers: [Orders] },
        { module: class ReportModule {}, imports: [registered], providers: [report] },
      ]),
    );
    expect(app.get('REPORT', { strict: false })).toBe(app.get(Orders, { strict: false }).payments);
  });

  it('reports every wrong option in one error, at start', async () => {
    const wrong = { apiSecret: '', timeoutMs: -1, auth: 'basic' as 'api-secret' };
    for (const register of [
      () => PortOneModule.forRoot(wrong),
      () => PortOneModule.forRootAsync({ useFactory: () => wrong }),
    ]) {
      await expect(start(application([register()]))).rejects.toThrow(
        /^PortOneModule: 3 options are wrong\.\n {2}- apiSecret \(PORTONE_API_SECRET\)[^]*timeoutMs \(PORTONE_TIMEOUT_MS\)[^]*auth \(PORTONE_AUTH\)/,
      );
    }
  });

  it('says where an extra belongs that a factory gives', async () => {
    const misplaced = { apiSecret: 'secret', paymentLock: InMemoryPaymentLock, name: 'b', paymentLok: 1 };
    const module = PortOneModule.forRootAsync({ useFactory: () => misplaced });
    const message = await start(application([module])).then(String, String);
    for (const extra of ['paymentLock', 'name']) {
      expect(message).toContain(
        `- ${extra} is no option. Fix: give it beside the options, not in them: PortOneModule.forRootAsync({ ${extra}: …, useFactory: … })`,
      );
    }
    expect(message).toContain('- paymentLok is no option. Fix: the options are apiSecret, ');
  });

  it.each([
    ['an instance', new InMemoryWebhookInbox(), 'an instance of InMemoryWebhookInbox'],
    ['a name', 'redis', '"redis"'],
    ['null', null, 'null'],
    ['an object', { useFactry: () => new InMemoryWebhookInbox() }, 'an instance of Object'],
  ])('refuses %s for a store', (_, store, got) => {
    const extras = { webhookInbox: store as unknown as typeof InMemoryWebhookInbox };
    const message = `PortOneModule: webhookInbox must be a class, or a provider such as { useFactory: () => store }, got ${got}.`;
    expect(() => PortOneModule.forRoot({ ...options(), ...extras })).toThrow(new TypeError(message));
    expect(() => PortOneModule.forRootAsync({ useFactory: options, ...extras })).toThrow(new TypeError(message));
  });

  it('says so when a factory gives nothing', async () => {
    const nothing = () => undefined as unknown as PortOneModuleOptions;
    await expect(start(application([PortOneModule.forRootAsync({ useFactory: nothing })]))).rejects.toThrow(
      /^PortOneModule: one option is wrong\.\n {2}- options must be an object, got nothing\./,
    );
  });

  it('lets a test put something else in the place of client and services', async () => {
    const client = { payment: { getPayment: async () => ({ status: 'PAID', id: 'stub' }) } };
    const module = await Test.createTestingModule({ imports: [PortOneModule.forRoot(options()), OrdersModule] })
      .overrideProvider(PortOneClient)
      .useValue(client)
      .overrideProvider(PlatformService)
      .useValue({ platform: 'stub' })
      .compile();
    app = await module.createNestApplication({ logger: false }).init();
    await expect(app.get(PaymentService).getPayment({ paymentId: 'p' })).resolves.toEqual({
      status: 'PAID',
      id: 'stub',
    });
    expect(app.get(PlatformService)).toEqual({ platform: 'stub' });
    // The stub has no close(); the application's end is none of its business.
    await expect(app.close()).resolves.toBeUndefined();
    app = undefined;
  });
});
