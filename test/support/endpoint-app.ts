import {
  Body,
  Catch,
  Controller,
  Get,
  Injectable,
  Module,
  Post,
  SetMetadata,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type INestApplication,
  type NestInterceptor,
} from '@nestjs/common';
import { HttpAdapterHost, Reflector, type AbstractHttpAdapter } from '@nestjs/core';
import { IsString } from 'class-validator';
import { PortOneModule, PortOneWebhook, type WebhookDelivery, type WebhookEvent } from 'nestjs-portone';
import { map, type Observable } from 'rxjs';

import { SECRET } from './deliveries.js';
import { startApp, type RunningApp } from './platforms.js';

export const Public = () => SetMetadata('public', true);

@Injectable()
export class PublicOnly implements CanActivate {
  constructor(private readonly reflector: Reflector) {}
  canActivate(context: ExecutionContext): boolean {
    return this.reflector.getAllAndOverride<boolean>('public', [context.getHandler(), context.getClass()]) === true;
  }
}

/** What turns failures into successes in real applications. */
@Catch()
export class EverythingIsFine implements ExceptionFilter {
  constructor(private readonly host: HttpAdapterHost) {}
  catch(_error: unknown, host: ArgumentsHost): void {
    void this.host.httpAdapter.reply(host.switchToHttp().getResponse(), { ok: true }, 200);
  }
}

@Injectable()
export class Envelope implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ data })));
  }
}

export class EchoDto {
  @IsString()
  text!: string;
}

@Controller()
export class OtherRoutes {
  @Public()
  @Post('other')
  echo(@Body() body: EchoDto): EchoDto {
    return body;
  }

  @Public()
  @Get('webhook/portone')
  status(): string {
    return 'a GET of the same path is somebody else';
  }
}

@Injectable()
export class Orders {
  readonly seen: { event: WebhookEvent<'Transaction.Paid'>; delivery: WebhookDelivery }[] = [];
  failure: Error | undefined;

  @PortOneWebhook('Transaction.Paid')
  onPaid(event: WebhookEvent<'Transaction.Paid'>, delivery: WebhookDelivery): void {
    if (this.failure) throw this.failure;
    this.seen.push({ event, delivery });
  }
}

/** An application around the endpoint, as such applications are. */
export interface Setup {
  readonly name: string;
  readonly options?: Parameters<typeof startApp>[2];
  readonly configure?: (app: INestApplication) => void;
  readonly providers?: readonly object[];
  readonly decorators?: readonly ClassDecorator[];
  readonly path?: string;
  readonly otherPath?: string;
  readonly headers?: Record<string, string>;
  readonly expressOnly?: true;
}

/** Starts the application of a setup, with `Orders` and routes beside the endpoint. */
export function startSetup(
  adapter: () => AbstractHttpAdapter,
  { options, configure, providers = [], decorators = [] }: Setup,
): Promise<RunningApp> {
  @Module({
    imports: [
      PortOneModule.forRoot({
        apiSecret: 'secret',
        webhook: { secrets: [SECRET], maxBodyBytes: 4096 },
        webhookDecorators: decorators,
      }),
    ],
    controllers: [OtherRoutes],
    providers: [Orders, ...(providers as [])],
  })
  class AppModule {}
  return startApp(AppModule, adapter, options, configure);
}
