import { Controller, Get, Inject, Injectable, Module, Scope, UseGuards, type LoggerService } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { PortOneModule, PortOneWebhook, WebhookGuard, type WebhookEvent } from 'nestjs-portone';

import { deliver, paidEvent, SECRET } from '../../support/deliveries.js';
import { PLATFORMS, startApp, type RunningApp } from '../../support/platforms.js';

/** Who was called, in one list for all places a handler may live in. */
@Injectable()
class Log {
  readonly lines: string[] = [];
}

@Module({ providers: [Log], exports: [Log] })
class LogModule {}

/** A decorator of the application's that replaces the method, as tracing and transactions do. */
function Traced(): MethodDecorator {
  return (_target, _key, descriptor: PropertyDescriptor) => {
    const original = descriptor.value as (...args: unknown[]) => unknown;
    descriptor.value = function (this: unknown, ...args: unknown[]) {
      return original.apply(this, args);
    };
  };
}

@Injectable()
class InProvider {
  constructor(readonly log: Log) {}

  @PortOneWebhook('Transaction.Paid')
  handle(): void {
    this.log.lines.push('provider');
  }
}

@Controller('shop')
class InController {
  constructor(readonly log: Log) {}

  @Get()
  list(): string {
    return 'a route beside the handler';
  }

  @PortOneWebhook('Transaction.Paid')
  handle(): void {
    this.log.lines.push('controller');
  }
}

@Injectable()
class Wrapped {
  constructor(readonly log: Log) {}

  @Traced()
  @PortOneWebhook('Transaction.Paid')
  above(): void {
    this.log.lines.push('wrapped above');
  }

  @PortOneWebhook('Transaction.Paid')
  @Traced()
  below(): void {
    this.log.lines.push('wrapped below');
  }
}

class FromFactory {
  constructor(readonly log: Log) {}

  @PortOneWebhook('Transaction.Paid')
  handle(): void {
    this.log.lines.push('factory');
  }
}

@Injectable({ scope: Scope.REQUEST })
class InRequest {
  constructor(
    readonly log: Log,
    @Inject(REQUEST) readonly request: { headers: Record<string, string> },
  ) {}

  @PortOneWebhook('Transaction.Paid')
  handle(): void {
    this.log.lines.push(`request ${this.request.headers['x-tenant']}`);
  }
}

@Injectable({ scope: Scope.TRANSIENT })
class Transient {
  readonly made = true;
  constructor(readonly log: Log) {}

  @PortOneWebhook('Transaction.Paid')
  handle(): void {
    this.log.lines.push(`transient ${this.made}`);
  }
}

class Base {
  constructor(readonly log: Log) {}

  @PortOneWebhook('Transaction.Paid')
  inherited(): void {
    this.log.lines.push('base');
  }

  @PortOneWebhook('Transaction.Paid')
  overridden(): void {
    this.log.lines.push('base overridden');
  }
}

@Injectable()
class Derived extends Base {
  constructor(log: Log) {
    super(log);
  }

  override overridden(): void {
    this.log.lines.push('derived');
  }
}

@Module({ imports: [LogModule], providers: [InProvider] })
class FirstModule {}

@Module({ imports: [LogModule], providers: [InProvider] })
class SecondModule {}

@Injectable()
class Stacked {
  constructor(readonly log: Log) {}

  @PortOneWebhook('Transaction.Paid', { id: 'stacked' })
  @PortOneWebhook('Transaction.*')
  @PortOneWebhook('BillingKey.Issued')
  handle(event: { type: string }): void {
    this.log.lines.push(`stacked ${event.type}`);
  }
}

@Injectable()
class Guarded {
  @PortOneWebhook('Transaction.Paid')
  @UseGuards(WebhookGuard)
  handle(_event: WebhookEvent<'Transaction.Paid'>): void {}
}

describe.each(PLATFORMS)('handlers on %s', (_platform, adapter) => {
  let running: RunningApp;

  afterEach(() => running.app.close());

  async function start(
    metadata: { imports?: never[]; providers?: object[]; controllers?: object[] },
    logger?: LoggerService,
  ) {
    @Module({
      imports: [
        LogModule,
        PortOneModule.forRoot({ apiSecret: 'secret', webhook: { secrets: [SECRET] } }),
        ...(metadata.imports ?? []),
      ],
      providers: (metadata.providers ?? []) as never[],
      controllers: (metadata.controllers ?? []) as never[],
    })
    class AppModule {}
    running = await startApp(AppModule, adapter, logger ? { logger } : {});
    return { path: `${running.url}/webhook/portone`, lines: running.app.get(Log, { strict: false }).lines };
  }

  it('are found on providers, controllers, factory products, subclasses and under wrapping decorators', async () => {
    const { path, lines } = await start({
      providers: [
        InProvider,
        Wrapped,
        Derived,
        { provide: 'made', useFactory: (log: Log) => new FromFactory(log), inject: [Log] },
      ],
      controllers: [InController],
    });
    expect((await deliver(path)).status).toBe(200);
    expect(lines.sort()).toEqual(
      ['base', 'controller', 'derived', 'factory', 'provider', 'wrapped above', 'wrapped below'].sort(),
    );
    expect((await fetch(`${running.url}/shop`)).status).toBe(200);
  });

  it('of request-scoped and transient providers are made for the request that brought the event', async () => {
    const { path, lines } = await start({ providers: [InRequest, Transient] });
    await deliver(path, paidEvent(), { headers: { 'x-tenant': 'a' } });
    await deliver(path, paidEvent(), { headers: { 'x-tenant': 'b' } });
    expect(lines.sort()).toEqual(['request a', 'request b', 'transient true', 'transient true']);
  });

  it('of a request-scoped controller too', async () => {
    @Controller({ path: 'scoped', scope: Scope.REQUEST })
    class ScopedController {
      constructor(
        readonly log: Log,
        @Inject(REQUEST) readonly request: { headers: Record<string, string> },
      ) {}

      @PortOneWebhook('Transaction.Paid')
      handle(): void {
        this.log.lines.push(`controller ${this.request.headers['x-tenant']}`);
      }
    }
    const { path, lines } = await start({ controllers: [ScopedController] });
    expect((await deliver(path, paidEvent(), { headers: { 'x-tenant': 'c' } })).status).toBe(200);
    expect(lines).toEqual(['controller c']);
  });

  it('run once, however often their class is provided or aliased', async () => {
    const { path, lines } = await start({
      imports: [FirstModule, SecondModule] as never[],
      providers: [Stacked, { provide: 'alias', useExisting: Stacked }],
    });
    expect((await deliver(path)).status).toBe(200);
    expect(lines.sort()).toEqual(['provider', 'stacked Transaction.Paid']);
    lines.length = 0;
    await deliver(path, { type: 'BillingKey.Issued', timestamp: 't', data: {} });
    expect(lines).toEqual(['stacked BillingKey.Issued']);
  });

  it('that carry @UseGuards are warned of at start', async () => {
    const warnings: string[] = [];
    const logger: LoggerService = {
      log: () => undefined,
      error: () => undefined,
      warn: (message: string) => void warnings.push(message),
    };
    const { path } = await start({ providers: [Guarded] }, logger);
    expect(warnings.filter((line) => line.includes('Guarded.handle carries @UseGuards'))).toHaveLength(1);
    expect((await deliver(path)).status).toBe(200);
  });
});
