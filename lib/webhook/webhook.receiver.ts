import type { IncomingHttpHeaders } from 'node:http';

import { InternalServerErrorException, UnsupportedMediaTypeException } from '@nestjs/common';

import { isReceiptObserved, observeReceipt } from '../observability/observe-delivery.js';
import { findArrival } from './arrival.js';
import { ReceivedDelivery, type WebhookDelivery } from './webhook-delivery.js';
import type { AnyWebhookEvent } from './webhook-event.js';
import { type WebhookVerifier } from './webhook-verifier.js';

/** What `@VerifiedWebhook()` gives: pass both on to `WebhookDispatcher.dispatch`. */
export interface ReceivedWebhook {
  readonly event: AnyWebhookEvent;
  readonly delivery: WebhookDelivery;
}

/** What is used of an Express or a Fastify request. */
interface WebhookRequest {
  readonly headers: IncomingHttpHeaders;
  /** Nest's, with `rawBody: true`. */
  readonly rawBody?: unknown;
  /** The bytes themselves behind a parser such as `express.raw`. */
  readonly body?: unknown;
}

/** Turns an HTTP request into a verified event, for one account. */
export class WebhookReceiver {
  constructor(
    private readonly verifier: WebhookVerifier,
    private readonly account: string | undefined,
  ) {}

  /**
   * @throws {UnsupportedMediaTypeException} 415: compressed
   * @throws {WebhookVerificationError} 401: not signed by PortOne
   * @throws {BadRequestException} 400: signed, but not an event of version 2024-04-25
   * @throws {InternalServerErrorException} 500: nobody has the exact bytes
   */
  receive(request: object): ReceivedWebhook {
    return isReceiptObserved() ? observeReceipt(this.account, () => this.open(request)) : this.open(request);
  }

  private open(request: object): ReceivedWebhook {
    const { headers, rawBody: kept, body } = request as WebhookRequest;
    const encoding = headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') {
      throw new UnsupportedMediaTypeException({
        statusCode: 415,
        type: 'WEBHOOK_ENCODED',
        message: 'A delivery is signed as it is; content-encoding must be absent.',
      });
    }
    const rawBody = findArrival(request)?.rawBody ?? [kept, body].find((bytes) => Buffer.isBuffer(bytes));
    if (rawBody === undefined) throw noBytes();
    const { id, timestamp } = this.verifier.verifySignature(rawBody, headers);
    const event = this.verifier.parse(rawBody);
    const delivery = new ReceivedDelivery(id, timestamp, rawBody, this.account, request);
    return { event, delivery };
  }
}

function noBytes(): InternalServerErrorException {
  return new InternalServerErrorException({
    statusCode: 500,
    type: 'WEBHOOK_RAW_BODY_MISSING',
    message:
      'The exact bytes of this delivery are not there, so it cannot be verified. Let the module collect them: ' +
      'PortOneModule.forRoot({ webhookController: false, webhookPath: "<the path of this route>" }). ' +
      'Or create the application with { rawBody: true }.',
  });
}
