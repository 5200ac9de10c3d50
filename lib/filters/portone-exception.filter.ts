import { Catch, Logger, Optional, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { defer, from, mergeMap, throwError, type Observable } from 'rxjs';
import { answerTo, httpStatusOf, type ErrorAnswer, type OwnErrorType } from '../errors/error-answer.js';
import type { PortOneErrorType } from '../errors/error-status.js';
import { replyWith } from './http-reply.js';

/** Settings of {@link PortOneExceptionFilter}. */
export interface PortOneExceptionFilterOptions {
  /**
   * The HTTP status (400 to 599) to answer to an error type with, in place of its own. `{ UNAUTHORIZED: 502 }` keeps a
   * wrong API secret of ours from looking like the buyer's missing login.
   *
   * @default {}
   */
  statusOf?: Partial<Record<PortOneErrorType | OwnErrorType, number>> & Readonly<Record<string, number>>;
}

/** The body of an answer to an error. */
export interface PortOneErrorBody {
  readonly statusCode: number;
  /** PortOne's error type, `PAYMENT_NOT_FOUND`; for an error of our own an {@link OwnErrorType}, `PORTONE_TIMEOUT`. */
  readonly type: string;
  readonly message: string;
  /** `payment.getPayment`; absent where no call failed. */
  readonly operation?: string;
  /** ISO 8601, UTC. */
  readonly timestamp: string;
}

/** True of every error that this package answers to: the SDK's for an operation, and our own. */
abstract class AnsweredError {
  static [Symbol.hasInstance](error: unknown): boolean {
    return httpStatusOf(error) !== undefined;
  }
}

/**
 * Answers to the errors of this package, and to no others, with a status that says what happened: see `httpStatusOf`.
 * What is not the caller's doing (5xx) is logged, with the idempotency key to make the call again.
 *
 * - HTTP, Express and Fastify: {@link PortOneErrorBody} as JSON.
 * - GraphQL and kinds of contexts not named here: the error is thrown on as it is, for the driver to format.
 * - RPC: an observable that fails with an `RpcException` of the body.
 * - WebSocket: a `WsException` of the body, given to Nest's base filter, which emits `exception`.
 *
 * @example Per controller, global, and global with a status of one's own
 * ```ts
 * class Checkout {} // with @UseFilters(PortOneExceptionFilter)
 * { provide: APP_FILTER, useClass: PortOneExceptionFilter }
 * { provide: APP_FILTER, useFactory: () => new PortOneExceptionFilter({ statusOf: { UNAUTHORIZED: 502 } }) }
 * ```
 */
@Catch(AnsweredError)
export class PortOneExceptionFilter implements ExceptionFilter {
  private readonly logger = new Logger(PortOneExceptionFilter.name);
  private readonly statusOf: ReadonlyMap<string, number>;

  /** @throws TypeError when a status is none of an error. */
  constructor(@Optional() options?: PortOneExceptionFilterOptions) {
    this.statusOf = new Map(Object.entries(options?.statusOf ?? {}));
    for (const [type, status] of this.statusOf) {
      if (!Number.isInteger(status) || status < 400 || status > 599) {
        throw new TypeError(
          `PortOneExceptionFilter: statusOf.${type} is ${String(status)}, but must be an HTTP status from 400 to 599.`,
        );
      }
    }
  }

  catch(exception: Error, host: ArgumentsHost): Observable<never> | Promise<void> | void {
    const answer = answerTo(exception);
    if (answer === undefined) throw exception;
    const body = this.bodyOf(answer);
    switch (host.getType()) {
      case 'http':
        this.log(exception, body);
        return replyWith(host.switchToHttp().getResponse(), body);
      case 'rpc':
        this.log(exception, body);
        return failWithRpcException(body);
      case 'ws':
        this.log(exception, body);
        return this.emitWsException(body, host);
      default:
        throw exception;
    }
  }

  private bodyOf({ status, type, message, operation }: ErrorAnswer): PortOneErrorBody {
    const statusCode = this.statusOf.get(type) ?? status;
    return { statusCode, type, message, ...(operation && { operation }), timestamp: new Date().toISOString() };
  }

  private log(exception: Error & { outcome?: unknown; idempotencyKey?: unknown }, body: PortOneErrorBody): void {
    if (body.statusCode < 500) return;
    const { outcome, idempotencyKey } = exception;
    const facts = [
      ...(typeof outcome === 'string' ? [`outcome ${outcome}`] : []),
      ...(typeof idempotencyKey === 'string' ? [`idempotency key ${idempotencyKey}`] : []),
    ];
    const failed = body.operation === undefined ? body.type : `${body.operation}: ${body.type}`;
    this.logger.error(`${[failed, ...facts].join(', ')}: ${exception.message}`, exception.stack);
  }

  /** Nest does not wait for a WebSocket filter, so a failure to load the package ends here, in the log. */
  private async emitWsException(body: PortOneErrorBody, host: ArgumentsHost): Promise<void> {
    try {
      const { BaseWsExceptionFilter, WsException } = await import('@nestjs/websockets');
      new BaseWsExceptionFilter().catch(new WsException(body), host);
    } catch (error) {
      this.logger.error('A WebSocket client could not be told of an error: is @nestjs/websockets installed?', error);
    }
  }
}

function failWithRpcException(body: PortOneErrorBody): Observable<never> {
  return defer(() => from(loadMicroservices())).pipe(
    mergeMap(({ RpcException }) => throwError(() => new RpcException(body))),
  );
}

async function loadMicroservices() {
  try {
    return await import('@nestjs/microservices');
  } catch (cause) {
    throw new Error('PortOneExceptionFilter needs @nestjs/microservices to answer in an RPC context: install it.', {
      cause,
    });
  }
}
