import {
  createParamDecorator,
  Inject,
  Injectable,
  InternalServerErrorException,
  mixin,
  type CanActivate,
  type ExecutionContext,
  type Type,
} from '@nestjs/common';

import { getPortOneToken } from '../portone.tokens.js';
import { WebhookReceiver, type ReceivedWebhook } from './webhook.receiver.js';

const RECEIVED = Symbol.for('nestjs-portone.received-webhook');

interface GuardedRequest {
  [RECEIVED]?: ReceivedWebhook;
  rawBody?: unknown;
  body?: unknown;
}

/**
 * Lets only deliveries that PortOne signed through to a route of one's own; the others are 401, 400 or 415. For a named
 * account: `WebhookGuard.for('b')`.
 *
 * @example
 * class Hooks { @Post('webhook/portone') @UseGuards(WebhookGuard)
 * async receive(@VerifiedWebhook() { event, delivery }: ReceivedWebhook, @Res() response: Response) {
 *   const { status, headers, body } = await this.dispatcher.dispatch(event, delivery);
 *   response.status(status).set(headers).json(body);
 * } }
 */
@Injectable()
export class WebhookGuard implements CanActivate {
  constructor(@Inject(WebhookReceiver) protected readonly receiver: WebhookReceiver) {}

  /** The guard of a named account. */
  static for(account: string): Type<WebhookGuard> {
    @Injectable()
    class NamedWebhookGuard extends WebhookGuard {
      constructor(@Inject(getPortOneToken(WebhookReceiver, account)) receiver: WebhookReceiver) {
        super(receiver);
      }
    }
    return mixin(NamedWebhookGuard);
  }

  canActivate(context: ExecutionContext): boolean {
    const request = this.getRequest(context);
    const received = this.receiver.receive(request);
    request[RECEIVED] = received;
    // The body parsers saw nothing of it; the route finds what it would expect.
    request.rawBody = received.delivery.rawBody;
    request.body = received.event;
    return true;
  }

  /** Where the request is in the context. */
  protected getRequest(context: ExecutionContext): GuardedRequest {
    return context.switchToHttp().getRequest<GuardedRequest>();
  }
}

/** The verified event and its delivery, on a route behind `WebhookGuard`. */
export const VerifiedWebhook: () => ParameterDecorator = createParamDecorator(
  (_data: unknown, context: ExecutionContext): ReceivedWebhook => {
    const received = context.switchToHttp().getRequest<GuardedRequest>()[RECEIVED];
    if (received !== undefined) return received;
    throw new InternalServerErrorException(
      `@VerifiedWebhook() on ${context.getClass().name}.${context.getHandler().name} has nothing verified to give. Put @UseGuards(WebhookGuard) on the route.`,
    );
  },
);
