import { SpanKind, type Attributes } from '@opentelemetry/api';

import type {
  PortOneAttemptMessage,
  PortOneCallMessage,
  PortOneDeliveryMessage,
  PortOneDeliveryName,
  PortOneHandlerMessage,
} from '../observability/messages.js';

/** How an operation is told of. */
export interface Described {
  readonly name: string;
  readonly kind: SpanKind;
  /** Of the span, at its start. */
  readonly attributes: Attributes;
}

/** What is known at the end. */
export interface DescribedEnd {
  /** Of the span. */
  readonly span: Attributes;
  /** Of the metric: all of them, each of few values. */
  readonly metric: Attributes;
}

const accountOf = ({ account }: { readonly account?: string }): Attributes =>
  account === undefined ? {} : { 'portone.account': account };

const errorOf = ({ errorType }: { readonly errorType?: string }): Attributes =>
  errorType === undefined ? {} : { 'error.type': errorType };

const nameOf = ({ deliveryId, eventType, paymentId }: PortOneDeliveryName): Attributes => ({
  'messaging.message.id': deliveryId,
  'portone.event.type': eventType,
  ...(paymentId !== undefined && { 'portone.payment.id': paymentId }),
});

export function describeCall(message: PortOneCallMessage): Described {
  return {
    name: `PortOne ${message.operation}`,
    kind: SpanKind.INTERNAL,
    attributes: { 'portone.operation': message.operation, ...accountOf(message) },
  };
}

export function describeCallEnd(message: PortOneCallMessage): DescribedEnd {
  const error = errorOf(message);
  return {
    span: { 'portone.call.attempts': message.attempts, ...error },
    metric: { 'portone.operation': message.operation, ...accountOf(message), ...error },
  };
}

/** @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/ */
export function describeAttempt(message: PortOneAttemptMessage): Described {
  const { call, attempt, serverAddress, serverPort, url, urlTemplate } = message;
  return {
    name: urlTemplate === undefined ? call.method : `${call.method} ${urlTemplate}`,
    kind: SpanKind.CLIENT,
    attributes: {
      'http.request.method': call.method,
      'server.address': serverAddress,
      'server.port': serverPort,
      'url.full': url,
      ...(urlTemplate !== undefined && { 'url.template': urlTemplate }),
      ...(attempt > 1 && { 'http.request.resend_count': attempt - 1 }),
      ...accountOf(message),
    },
  };
}

export function describeAttemptEnd(message: PortOneAttemptMessage): DescribedEnd {
  const { call, serverAddress, serverPort, urlTemplate, status } = message;
  const end = { ...(status !== undefined && { 'http.response.status_code': status }), ...errorOf(message) };
  return {
    span: end,
    metric: {
      'http.request.method': call.method,
      'server.address': serverAddress,
      'server.port': serverPort,
      ...(urlTemplate !== undefined && { 'url.template': urlTemplate }),
      ...end,
    },
  };
}

/** Of a consumer that is handed its messages. An event's type stands for the topic. */
const messagingOf = ({ eventType }: PortOneDeliveryName): Attributes => ({
  'messaging.system': 'portone',
  'messaging.operation.name': 'process',
  'messaging.destination.name': eventType,
});

/** @see https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/ */
export function describeDelivery(message: PortOneDeliveryMessage): Described {
  return {
    name: `process ${message.eventType}`,
    kind: SpanKind.CONSUMER,
    attributes: {
      ...messagingOf(message),
      'messaging.operation.type': 'process',
      ...nameOf(message),
      'portone.delivery.via': message.via,
      ...accountOf(message),
    },
  };
}

export function describeDeliveryEnd(message: PortOneDeliveryMessage): DescribedEnd {
  const { answer, status, via } = message;
  const end = { ...(answer !== undefined && { 'portone.delivery.answer': answer }), ...errorOf(message) };
  return {
    span: { ...end, ...(status !== undefined && { 'portone.delivery.status': status }) },
    metric: { ...messagingOf(message), 'portone.delivery.via': via, ...accountOf(message), ...end },
  };
}

export function describeHandler(message: PortOneHandlerMessage): Described {
  return {
    name: message.handler,
    kind: SpanKind.INTERNAL,
    attributes: {
      'portone.handler': message.handler,
      'portone.delivery.attempt': message.attempt,
      ...nameOf(message),
      ...accountOf(message),
    },
  };
}

export function describeHandlerEnd(message: PortOneHandlerMessage): DescribedEnd {
  const { handler, eventType, outcome } = message;
  const end = { ...(outcome !== undefined && { 'portone.handler.outcome': outcome }), ...errorOf(message) };
  const metric = { 'portone.handler': handler, 'portone.event.type': eventType, ...accountOf(message), ...end };
  return { span: end, metric };
}
