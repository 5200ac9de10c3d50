import { Injectable, Module, type INestApplication } from '@nestjs/common';
import {
  IN_MEMORY_INBOX_OPTIONS,
  InMemoryWebhookInbox,
  PortOneModule,
  PortOneWebhook,
  WebhookInbox,
  type PortOneModuleExtras,
  type PortOneModuleOptions,
  type WebhookClaim,
} from 'nestjs-portone';

import { deliver, SECRET } from '../../support/deliveries.js';
import { withEnvironment } from '../../unit/options/environment.js';
import { application, start } from './applications.js';
import { RecordingLogger } from './recording-logger.js';

/** What a durable inbox needs. */
@Injectable()
class Database {
  readonly ids: string[] = [];
}

@Module({ providers: [Database], exports: [Database] })
class DatabaseModule {}

/** Remembers elsewhere, as a durable inbox does. */
@Injectable()
class DatabaseInbox extends WebhookInbox {
  private readonly memory = new InMemoryWebhookInbox();

  constructor(readonly database: Database) {
    super();
  }

  claim(id: string, leaseMs: number): Promise<WebhookClaim> {
    this.database.ids.push(id);
    return this.memory.claim(id, leaseMs);
  }
  renew(...args: [string, string, number]): Promise<boolean> {
    return this.memory.renew(...args);
  }
  completeHandler(...args: [string, string, string]): Promise<boolean> {
    return this.memory.completeHandler(...args);
  }
  complete(...args: [string, string]): Promise<boolean> {
    return this.memory.complete(...args);
  }
  release(...args: [string, string]): Promise<boolean> {
    return this.memory.release(...args);
  }
  forget(id: string): Promise<void> {
    return this.memory.forget(id);
  }
}

@Module({ imports: [DatabaseModule], providers: [DatabaseInbox], exports: [DatabaseInbox, DatabaseModule] })
class InboxModule {}

@Injectable()
class Orders {
  @PortOneWebhook('Transaction.Paid')
  onPaid(): void {}
}

const options = (): PortOneModuleOptions => ({ apiSecret: 'secret', webhook: { secrets: [SECRET] } });

describe('webhookInbox', () => {
  let app: INestApplication;
  afterEach(() => app.close());

  it.each<[form: string, webhookInbox: NonNullable<PortOneModuleExtras['webhookInbox']>]>([
    ['a class', DatabaseInbox],
    ['useClass', { useClass: DatabaseInbox }],
    ['useExisting', { useExisting: DatabaseInbox }],
    ['useFactory', { useFactory: (database: Database) => new DatabaseInbox(database), inject: [Database] }],
    [
      'an asynchronous useFactory',
      { useFactory: async (database: Database) => new DatabaseInbox(database), inject: [Database] },
    ],
  ])('may be %s, with what it needs from the imports', async (_form, webhookInbox) => {
    const registered = PortOneModule.forRootAsync({ imports: [InboxModule], useFactory: options, webhookInbox });
    app = await start(application([registered], [Orders]));
    await app.listen(0, '127.0.0.1');
    const url = `${await app.getUrl()}/webhook/portone`;
    const answers = [await deliver(url, undefined, { id: 'msg_1' }), await deliver(url, undefined, { id: 'msg_1' })];
    expect(answers.map(({ body }) => body)).toEqual([{ status: 'handled' }, { status: 'duplicate' }]);
    expect(app.get(Database, { strict: false }).ids).toEqual(['/msg_1', '/msg_1']);
    expect(app.get(WebhookInbox)).toBeInstanceOf(DatabaseInbox);
  });

  it('may be a factory that needs nothing', async () => {
    const inbox = new InMemoryWebhookInbox({ maxEntries: 1 });
    app = await start(
      application([PortOneModule.forRoot({ ...options(), webhookInbox: { useFactory: () => inbox } })]),
    );
    expect(app.get(WebhookInbox)).toBe(inbox);
  });

  it('is in memory unless told otherwise', async () => {
    app = await start(application([PortOneModule.forRoot(options())]));
    expect(app.get(WebhookInbox)).toBeInstanceOf(InMemoryWebhookInbox);
  });

  it('may be the one in memory, with bounds that Nest hands it', async () => {
    const bounds = {
      module: class BoundsModule {},
      global: true,
      providers: [{ provide: IN_MEMORY_INBOX_OPTIONS, useValue: { maxEntries: 1 } }],
      exports: [IN_MEMORY_INBOX_OPTIONS],
    };
    app = await start(
      application([bounds, PortOneModule.forRoot({ ...options(), webhookInbox: InMemoryWebhookInbox })]),
    );
    const inbox = app.get(WebhookInbox);
    await inbox.claim('a', 1000);
    expect((await inbox.claim('b', 1000)).state).toBe('full');
  });
});

describe('warnings at start', () => {
  const IN_MEMORY = /^PortOneModule: the webhook inbox is in memory\..*Give webhookInbox a durable one\.$/;
  const SHORT = /^PortOneModule: timeoutMs is 59999\. PortOne recommends at least 60000:/;

  async function warnings(
    environment: Record<string, string | undefined>,
    given: Partial<PortOneModuleOptions & PortOneModuleExtras> = {},
    providers = [Orders],
  ): Promise<string[]> {
    const logger = new RecordingLogger();
    await withEnvironment(environment, async () => {
      const registered = PortOneModule.forRoot({ ...options(), environment: 'sandbox', ...given });
      const app = await start(application([registered], providers), logger);
      await app.close();
    });
    return logger.ofPortOne('warn');
  }
  const production = { NODE_ENV: 'production' };
  const inMemory = (found: string[]) => found.filter((line) => IN_MEMORY.test(line));

  it('come once for an inbox in memory with NODE_ENV=production', async () => {
    expect(await warnings(production)).toEqual([expect.stringMatching(IN_MEMORY)]);
    expect(inMemory(await warnings(production, { webhookInbox: InMemoryWebhookInbox }))).toHaveLength(1);
  });

  it('do not come for an inbox in memory elsewhere, or one that nothing uses', async () => {
    expect(await warnings({ NODE_ENV: 'development' })).toEqual([]);
    expect(await warnings({ NODE_ENV: undefined })).toEqual([]);
    expect(await warnings(production, {}, [])).toEqual([]);
  });

  it('do not come for another inbox', async () => {
    const durable = { useFactory: () => new DatabaseInbox(new Database()) };
    expect(await warnings(production, { webhookInbox: durable })).toEqual([]);
  });

  it('come once for a short timeout, in every environment', async () => {
    expect(await warnings({}, { timeoutMs: 59_999 })).toEqual([expect.stringMatching(SHORT)]);
    expect(await warnings(production, { timeoutMs: 59_999 }, [])).toEqual([expect.stringMatching(SHORT)]);
    expect(await warnings({}, { timeoutMs: 60_000 })).toEqual([]);
  });
});
