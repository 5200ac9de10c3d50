/** Options of `forRoot` and `forRootAsync`. */
import { Injectable } from '@nestjs/common';
import {
  getPortOneToken,
  InjectPortOne,
  InMemoryWebhookInbox,
  PaymentService,
  portOneConfig,
  portOneConfigFor,
  PortOneClient,
  PortOneModule,
  validatePortOneEnv,
  type PortOneModuleOptions,
  type PortOneOptionsFactory,
  type WebhookInbox,
} from 'nestjs-portone';

const apiSecret = 'secret';

@Injectable()
class Factory implements PortOneOptionsFactory {
  createPortOneOptions(): PortOneModuleOptions {
    return { apiSecret };
  }
}

@Injectable()
class AsyncFactory implements PortOneOptionsFactory {
  async createPortOneOptions(): Promise<PortOneModuleOptions> {
    return { apiSecret };
  }
}

declare class Vault {
  read(name: string): Promise<PortOneModuleOptions>;
}
declare class Cache {
  inbox(): WebhookInbox;
}

export const compiles = [
  PortOneModule.forRoot({ apiSecret }),
  PortOneModule.forRoot({
    apiSecret,
    storeId: undefined,
    environment: 'sandbox',
    timeoutMs: 60_000,
    baseUrl: 'https://api.portone.io',
    auth: 'access-token',
    retry: { maxAttempts: 5 },
    maxConnections: 1,
    webhook: { secrets: ['whsec_…'], toleranceSeconds: 300, handlerTimeoutMs: 1, leaseMs: 1, maxBodyBytes: 1 },
    isGlobal: undefined,
    name: 'b',
    webhookPath: 'hooks',
    webhookController: false,
    webhookDecorators: [Injectable()],
    webhookInbox: InMemoryWebhookInbox,
  }),
  PortOneModule.forRoot({ apiSecret, retry: false, webhookInbox: { useExisting: 'INBOX' } }),
  PortOneModule.forRoot({ apiSecret, webhookInbox: { useFactory: () => new InMemoryWebhookInbox() } }),
  PortOneModule.forRoot({ apiSecret, webhookInbox: { useFactory: (cache: Cache) => cache.inbox(), inject: [Cache] } }),
  PortOneModule.forRootAsync({ useFactory: () => ({ apiSecret }), isGlobal: false, name: 'c' }),
  PortOneModule.forRootAsync({ useFactory: (vault: Vault) => vault.read('b'), inject: [Vault] }),
  PortOneModule.forRootAsync({ useClass: Factory, webhookInbox: { useClass: InMemoryWebhookInbox } }),
  PortOneModule.forRootAsync({ useExisting: AsyncFactory }),
  PortOneModule.forRootAsync(portOneConfig.asProvider()),
  PortOneModule.forRootAsync({ name: 'b', ...portOneConfigFor('b', 'PORTONE_B_').asProvider() }),
];

export const doesNotCompile = [
  // @ts-expect-error the secret is required
  PortOneModule.forRoot({}),
  // @ts-expect-error it is a text
  PortOneModule.forRoot({ apiSecret: undefined }),
  // @ts-expect-error there is no such option
  PortOneModule.forRoot({ apiSecret, secret: 'x' }),
  // @ts-expect-error one of two
  PortOneModule.forRoot({ apiSecret, environment: 'test' }),
  // @ts-expect-error a number of milliseconds
  PortOneModule.forRoot({ apiSecret, timeoutMs: '60s' }),
  // @ts-expect-error false, or what to do
  PortOneModule.forRoot({ apiSecret, retry: true }),
  // @ts-expect-error there is no such option of retries
  PortOneModule.forRoot({ apiSecret, retry: { attempts: 3 } }),
  // @ts-expect-error all active secrets, in a list
  PortOneModule.forRoot({ apiSecret, webhook: { secrets: 'whsec_…' } }),
  // @ts-expect-error there is no such option of webhooks
  PortOneModule.forRoot({ apiSecret, webhook: { secret: 'whsec_…' } }),
  // @ts-expect-error a class that is no inbox
  PortOneModule.forRoot({ apiSecret, webhookInbox: Factory }),
  // @ts-expect-error a factory of no inbox
  PortOneModule.forRoot({ apiSecret, webhookInbox: { useFactory: () => new Factory() } }),
  // @ts-expect-error options without the secret
  PortOneModule.forRootAsync({ useFactory: () => ({ storeId: 'store' }) }),
  // @ts-expect-error a class that makes no options
  PortOneModule.forRootAsync({ useClass: PaymentService }),
  // @ts-expect-error options are made by a factory here
  PortOneModule.forRootAsync({ apiSecret }),
];

@Injectable()
export class Injected {
  @InjectPortOne(PortOneClient, 'b') readonly client!: PortOneClient;

  constructor(@InjectPortOne(PaymentService, 'b') readonly payments: PaymentService) {}
}

export const tokens = [getPortOneToken(PaymentService), getPortOneToken(PortOneClient, 'b')];
// @ts-expect-error a class, not its name
getPortOneToken('PaymentService', 'b');

// What ConfigModule validates with hands back the type that it was given.
export const { DATABASE_URL } = validatePortOneEnv({ DATABASE_URL: 'postgres://…', PORTONE_API_SECRET: 'x' });
