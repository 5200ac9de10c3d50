import { Inject, Injectable, Scope, UseGuards, type INestApplication } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import {
  getPortOneToken,
  InMemoryPaymentLock,
  OnPaymentSync,
  PaymentLock,
  PaymentReconciler,
  PaymentSyncService,
  PortOneModule,
  PortOneStartError,
  type ExpectedOrder,
  type PaymentSyncContext,
} from 'nestjs-portone';
import { PortOneSandbox } from 'nestjs-portone/testing';
import { of } from 'rxjs';

import { deliver, SECRET } from '../../support/deliveries.js';
import { PLATFORMS, startApp } from '../../support/platforms.js';
import { withEnvironment } from '../../unit/options/environment.js';
import { application, start } from './applications.js';
import { RecordingLogger } from './recording-logger.js';

type Options = Parameters<typeof PortOneModule.forRoot>[0];

const account = (options: Partial<Options> = {}) =>
  PortOneModule.forRoot({ apiSecret: 'secret', webhook: { secrets: [SECRET] }, ...options });

@Injectable()
class Orders {
  readonly contexts: PaymentSyncContext[] = [];

  @OnPaymentSync()
  apply(_: unknown, context: PaymentSyncContext): unknown {
    // Nest's own clients return observables; nothing happens until somebody subscribes.
    return of(undefined).subscribe(() => this.contexts.push(context));
  }
}

@Injectable()
class OtherOrders extends Orders {
  @OnPaymentSync({ account: 'b' })
  override apply(payment: unknown, context: PaymentSyncContext): unknown {
    return super.apply(payment, context);
  }
}

@Injectable()
class TransactionalOrders {
  expected(): ExpectedOrder | null {
    return null;
  }

  @OnPaymentSync({ expect: 'expected', transactional: true })
  apply(): void {}
}

describe('an application with @OnPaymentSync', () => {
  let app: INestApplication | undefined;
  afterEach(async () => {
    await app?.close();
    app = undefined;
  });

  it('is told at start where payments go', async () => {
    const logger = new RecordingLogger();
    app = await start(application([account({ syncOnWebhook: true })], [Orders]), logger);
    const lines = logger.ofPortOne('log');
    expect(lines).toContain('  Transaction.* -> PaymentSyncService.sync');
    expect(lines).toContain('  payment sync -> Orders.apply');
  });

  it.each([
    [
      'two methods for one account',
      account(),
      [Orders, class Twin extends Orders {}],
      /both @OnPaymentSync methods of the unnamed account/,
    ],
    [
      'a method for an account that is not there',
      account(),
      [OtherOrders],
      /^OtherOrders\.apply applies payments of the account "b", which no PortOneModule registers/,
    ],
    [
      'syncOnWebhook and no method',
      account({ syncOnWebhook: true }),
      [],
      /syncOnWebhook is on, but there is no @OnPaymentSync method/,
    ],
    [
      'syncOnWebhook and no secret',
      account({ syncOnWebhook: true, webhook: {} }),
      [Orders],
      /has webhook handlers \(Transaction\.\* -> PaymentSyncService\.sync\) but no webhook secret/,
    ],
    [
      'a transactional method and a store without transactions',
      account(),
      [TransactionalOrders],
      /^PortOneModule: TransactionalOrders\.apply is transactional, but InMemoryPaymentSyncStore has no transactions\. Give paymentSyncStore a PostgresPaymentSyncStore/,
    ],
    [
      'a lock that is none',
      account({ paymentLock: { useFactory: () => ({}) as PaymentLock } }),
      [],
      /paymentLock gave no PaymentLock\./,
    ],
  ])('does not start with %s', async (_, module, providers, message) => {
    const error: unknown = await start(application([module], providers)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PortOneStartError);
    expect((error as Error).message).toMatch(message);
  });

  it('does not compile into nonsense in plain JavaScript either', () => {
    const decorate = OnPaymentSync as unknown as (options: object) => MethodDecorator;
    class Plain {
      apply(): void {}
    }
    const on = (options: object) => () => decorate(options)(Plain.prototype, 'apply', {});
    expect(on({ expect: 'expcted' })).toThrow(/names "expcted", which is no method of Plain/);
    expect(on({ onMismatch: 'apply' })).toThrow(/has a hook but no expect/);
    expect(on({ transactional: true })).toThrow(/is transactional but has no expect/);
    expect(() => decorate({})(Plain, 'apply', {})).toThrow(/a static method belongs to no provider/);
  });

  it('is warned of what is in memory in production, and of guards that do not run', async () => {
    const warnings = async (providers: (typeof Orders)[], options: Partial<Options> = {}): Promise<string[]> => {
      const logger = new RecordingLogger();
      await withEnvironment({ NODE_ENV: 'production' }, async () => {
        const one = await start(application([account({ environment: 'sandbox', ...options })], providers), logger);
        await one.close();
      });
      return logger.ofPortOne('warn');
    };
    expect(await warnings([Orders])).toEqual([
      expect.stringMatching(/the payment lock is in memory\..*Give paymentLock a durable one\.$/),
      expect.stringMatching(/the payment sync store is in memory\..*Give paymentSyncStore a durable one\.$/),
    ]);
    expect(await warnings([])).toEqual([]);
    class DurableLock extends PaymentLock {
      private readonly inner = new InMemoryPaymentLock();
      acquire = (...args: Parameters<PaymentLock['acquire']>) => this.inner.acquire(...args);
      renew = (...args: Parameters<PaymentLock['renew']>) => this.inner.renew(...args);
      release = (...args: Parameters<PaymentLock['release']>) => this.inner.release(...args);
    }
    expect(await warnings([Orders], { paymentLock: DurableLock })).toHaveLength(1);
    @Injectable()
    class Guarded extends Orders {
      @UseGuards(class Nobody {})
      @OnPaymentSync()
      override apply(): unknown {
        return undefined;
      }
    }
    expect(await warnings([Guarded])).toContainEqual(expect.stringMatching(/^Guarded\.apply carries @UseGuards:/));
  });

  it('cannot sync without a method', async () => {
    app = await start(application([account()]));
    await expect(app.get(PaymentSyncService).sync('a')).rejects.toThrow(
      /the unnamed account has no @OnPaymentSync method/,
    );
    app.get(PaymentSyncService).useHandler({ name: 'x', bind: () => Promise.reject(new Error('not reached')) });
    await expect(app.get(PaymentSyncService).sync('')).rejects.toThrow(/paymentId must be a text/);
  });
});

/** Called whatever became of the test, the last first. */
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

describe('accounts', () => {
  it('sync apart, whatever their ids', async () => {
    const sandbox = await PortOneSandbox.start({ clock: 'manual' });
    ends.push(() => sandbox.stop());
    const other = sandbox.addStore({ storeId: 'store-b', apiSecret: 'secret-b' });
    const options = { baseUrl: sandbox.url, now: () => sandbox.clock.now() };
    const { apiSecret, storeId } = sandbox;
    const app = await start(
      application(
        [
          account({ ...options, apiSecret, storeId }),
          account({ ...options, name: 'b', apiSecret: other.apiSecret, storeId: other.storeId }),
        ],
        [Orders, OtherOrders],
      ),
    );
    ends.push(() => app.close());
    await sandbox.buyer.pay('p');
    await other.buyer.pay('p');
    await app.get(PaymentSyncService).sync('p');
    await app.get<PaymentSyncService>(getPortOneToken(PaymentSyncService, 'b')).sync('p');
    await app.get<PaymentReconciler>(getPortOneToken(PaymentReconciler, 'b')).run();
    expect(app.get(Orders).contexts).toMatchObject([{ cause: 'browser' }]);
    expect(app.get(OtherOrders).contexts).toMatchObject([{ cause: 'browser', account: 'b' }]);
  });
});

/** One for each HTTP request, or for each sync that has none. */
@Injectable({ scope: Scope.REQUEST })
class ScopedOrders {
  static readonly seen: unknown[] = [];
  private order: ExpectedOrder | undefined;

  constructor(@Inject(REQUEST) private readonly request: { method?: string }) {}

  expected(paymentId: string): ExpectedOrder {
    return (this.order = { orderId: paymentId, totalAmount: 1000, currency: 'KRW' });
  }

  @OnPaymentSync({ expect: 'expected' })
  apply(): void {
    ScopedOrders.seen.push([this.order?.orderId, this.request.method]);
  }
}

it.each(PLATFORMS)('a request-scoped method is of one instance with its expect, on %s', async (_, adapter) => {
  ScopedOrders.seen.length = 0;
  const sandbox = await PortOneSandbox.start({ clock: 'manual' });
  ends.push(() => sandbox.stop());
  const { apiSecret, storeId, url: baseUrl } = sandbox;
  const module = application([account({ apiSecret, storeId, baseUrl, syncOnWebhook: true })], [ScopedOrders]);
  const { app, url } = await startApp(module, adapter);
  ends.push(() => app.close());
  const { transactionId } = (await sandbox.buyer.pay('p')) as { transactionId: string };
  const event = {
    type: 'Transaction.Paid',
    timestamp: new Date().toISOString(),
    data: { paymentId: 'p', transactionId, storeId },
  };
  expect((await deliver(`${url}/webhook/portone`, event)).status).toBe(200);
  await sandbox.console.cancel('p', { amount: 1 });
  await app.get(PaymentSyncService).sync('p');
  expect(ScopedOrders.seen).toEqual([
    ['p', 'POST'],
    ['p', undefined],
  ]);
});
