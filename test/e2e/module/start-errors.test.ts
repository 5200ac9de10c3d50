import { Injectable, type DynamicModule, type Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { PortOneConfirm, portOneConfigFor, PortOneModule, PortOneStartError, PortOneWebhook } from 'nestjs-portone';

import { SECRET } from '../../support/deliveries.js';
import { withEnvironment } from '../../unit/options/environment.js';
import { application, start } from './applications.js';

const account = (extras: Partial<Parameters<typeof PortOneModule.forRoot>[0]> = {}): DynamicModule =>
  PortOneModule.forRoot({ apiSecret: 'secret', webhook: { secrets: [SECRET] }, ...extras });

@Injectable()
class OrderWebhooks {
  @PortOneWebhook('Transaction.Paid')
  onPaid(): void {}
}

@Injectable()
class StockWebhooks {
  @PortOneConfirm()
  mayBuy(): void {}
}

/** The error that the application does not start with. */
async function startError(imports: DynamicModule[], providers: Provider[] = []): Promise<PortOneStartError> {
  let app: { close(): Promise<void> };
  try {
    app = await start(application(imports, providers));
  } catch (error) {
    if (error instanceof PortOneStartError) return error;
    throw error;
  }
  await app.close();
  throw new Error('It started.');
}

describe('does not start', () => {
  it.each<[string, DynamicModule[], string]>([
    [
      'two accounts without a name',
      [account(), account({ webhookPath: 'other' })],
      'PortOneModule is registered twice without a name, so it could not be told which account a class stands for. Register it once, or give the further accounts a name: forRoot({ name: … }).',
    ],
    [
      'the same name twice',
      [account(), account({ name: 'b' }), account({ name: 'b', webhookPath: 'other' })],
      'PortOneModule is registered twice with the name "b". Give each account a name of its own.',
    ],
    [
      'the same path twice',
      [account(), account({ name: 'b', webhookPath: '/webhook/portone/' })],
      'PortOneModule and PortOneModule "b" have the same webhookPath "webhook/portone", so that a delivery\'s account could not be told. Give each a path of its own.',
    ],
    [
      'the same path twice, in capitals',
      [account({ name: 'b' }), account({ name: 'c', webhookPath: 'Webhook/PortOne/B', webhookController: false })],
      'PortOneModule "b" and PortOneModule "c" have the same webhookPath "webhook/portone/b", so that a delivery\'s account could not be told. Give each a path of its own.',
    ],
  ])('with %s', async (_what, imports, message) => {
    expect((await startError(imports)).message).toBe(message);
    // Not only behind an HTTP adapter, which would trip over a path that is there twice.
    const context = NestFactory.createApplicationContext(application(imports), { logger: false, abortOnError: false });
    await expect(context).rejects.toThrow(PortOneStartError);
  });

  it.each<[string, Provider]>([
    ['OrderWebhooks.onPaid', OrderWebhooks],
    ['StockWebhooks.mayBuy', StockWebhooks],
  ])('with the handler %s and no secret', async (handler, provider) => {
    for (const webhook of [undefined, {}, { secrets: [] }]) {
      const { message } = await startError([account({ webhook })], [provider]);
      expect(message).toMatch(
        new RegExp(`^PortOneModule has webhook handlers \\(.* -> ${handler}\\) but no webhook secret`),
      );
      expect(message).toMatch(
        /Set the option webhook\.secrets \(PORTONE_WEBHOOK_SECRET\) to the secret in PortOne's console \(.*결제알림.*\)\.$/,
      );
    }
  });

  it('with a handler of a named account and no secret, and names its own variable', async () => {
    @Injectable()
    class BWebhooks {
      @PortOneWebhook('BillingKey.*', { account: 'b' })
      on(): void {}
    }
    const b = portOneConfigFor('b', 'SHOP_B_');
    const fromEnv = await withEnvironment({ SHOP_B_API_SECRET: 'secret-b' }, () =>
      startError([account(), PortOneModule.forRootAsync({ name: 'b', ...b.asProvider() })], [BWebhooks]),
    );
    expect(fromEnv.message).toMatch(
      /^PortOneModule "b" has webhook handlers \(BillingKey\.\* -> BWebhooks\.on\).*webhook\.secrets \(SHOP_B_WEBHOOK_SECRET\)/,
    );
    const given = await startError([account(), account({ name: 'b', webhook: undefined })], [BWebhooks]);
    expect(given.message).toMatch(/Set the option webhook\.secrets to the secret/);
  });

  it('with a secret that is not base64, handler or none, and does not show it', async () => {
    const module = application([account({ webhook: { secrets: [SECRET, 'whsec_copied-wrongly!'] } })]);
    const failure = start(module).catch((error: unknown) => String(error));
    await expect(failure).resolves.toMatch(
      /PortOneOptionsError: PortOneModule: one option is wrong\.\n {2}- webhook\.secrets \(PORTONE_WEBHOOK_SECRET\) must be/,
    );
    await expect(failure).resolves.not.toMatch(/copied-wrongly|whsec_[A-Za-z0-9]/);
  });

  it('with a handler for an account that there is not', async () => {
    @Injectable()
    class Lost {
      @PortOneWebhook('*', { account: 'c' })
      on(): void {}
    }
    expect((await startError([account(), account({ name: 'b' })], [Lost])).message).toBe(
      'Lost.on handles events of the account "c", which no PortOneModule registers (there: the unnamed one, "b"), so it would never be called. ' +
        "Register it with PortOneModule.forRoot({ name }), or name a registered one: { account: '…' }.",
    );
    expect((await startError([account({ name: 'b' })], [OrderWebhooks])).message).toMatch(
      /^OrderWebhooks\.onPaid handles events of the unnamed account, which no PortOneModule registers \(there: "b"\)/,
    );
  });

  it('with two handlers of one id', async () => {
    const twin = (() => {
      @Injectable()
      class OrderWebhooks {
        @PortOneWebhook('Transaction.Paid')
        onPaid(): void {}
      }
      return OrderWebhooks;
    })();
    expect((await startError([account()], [OrderWebhooks, { provide: 'twin', useClass: twin }])).message).toBe(
      'Two webhook handlers of the unnamed account have the id "OrderWebhooks.onPaid", so that the inbox could not tell them apart. ' +
        "Rename a class, or give one an id of its own: @PortOneWebhook(…, { id: '…' }).",
    );

    @Injectable()
    class SameGivenId {
      @PortOneWebhook('BillingKey.*', { id: 'mails' })
      one(): void {}
      @PortOneWebhook('Transaction.*', { id: 'mails' })
      two(): void {}
    }
    expect((await startError([account()], [SameGivenId])).message).toMatch(/have the id "mails"/);
  });

  it('with two confirm handlers of one account', async () => {
    @Injectable()
    class AlsoStock {
      @PortOneConfirm()
      alsoMayBuy(): void {}
    }
    expect((await startError([account()], [StockWebhooks, AlsoStock])).message).toBe(
      'StockWebhooks.mayBuy and AlsoStock.alsoMayBuy are both @PortOneConfirm handlers of the unnamed account. One question has one answer: remove all but one.',
    );
  });

  it.each(['', 'a b', 'a/b', 'ä'])('with the name %j', (name) => {
    expect(() => account({ name })).toThrow(/^PortOneModule: name must be letters, digits, "-" and "_", got ".*"\./);
  });

  it.each(['', '/', 'a//b', ':account/webhook', 'webhook/*', 'webhook portone', 'webhook?x'])(
    'with the webhookPath %j',
    (webhookPath) => {
      expect(() => account({ webhookPath })).toThrow(
        /^PortOneModule: webhookPath must be a plain path such as 'webhook\/portone'/,
      );
    },
  );
});

describe('starts', () => {
  it('with one id in two accounts, one class in two modules, and one confirm handler for each account', async () => {
    @Injectable()
    class BothAccounts {
      @PortOneWebhook('Transaction.Paid')
      onPaid(): void {}
      @PortOneWebhook('Transaction.Paid', { account: 'b', id: 'BothAccounts.onPaid' })
      onPaidB(): void {}
      @PortOneConfirm()
      mayBuy(): void {}
      @PortOneConfirm({ account: 'b' })
      mayBuyB(): void {}
    }
    const again = { module: class AgainModule {}, providers: [BothAccounts] };
    const app = await start(application([account(), account({ name: 'b' }), again], [BothAccounts]));
    await app.close();
  });

  it('without a secret when there is no handler', async () => {
    const app = await start(application([account({ webhook: undefined })]));
    await app.close();
  });
});
