import type { Channel } from 'node:diagnostics_channel';

import type { OnApplicationShutdown } from '@nestjs/common';
import {
  context,
  createContextKey,
  propagation,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  type Context,
} from '@opentelemetry/api';

import { ATTEMPT, CALL, DELIVERY, EXHAUSTED, HANDLER, REFUSED } from '../observability/channels.js';
import type {
  PortOneAttemptMessage,
  PortOneDeliveryMessage,
  PortOneExhaustedMessage,
  PortOneObserved,
  PortOneRefusedMessage,
} from '../observability/messages.js';
import { VERSION } from '../version.generated.js';
import * as described from './described.js';
import { OpenTelemetryMetrics, SCOPE } from './opentelemetry.metrics.js';
import type { PortOneOpenTelemetryOptions } from './opentelemetry.options.js';

/** Marks what an instrumentation has taken: of two applications in one process, one tells of it. */
const TAKEN = Symbol.for('nestjs-portone.opentelemetry');

/** The key that OpenTelemetry's SDK looks for; its API gives the same key for the same text. */
const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** What PortOne may be sent: never baggage. */
const TRACE_HEADERS = ['traceparent', 'tracestate'];

type Listenable = Pick<Channel, 'subscribe' | 'unsubscribe'>;

/** How an operation of one kind becomes a span and a measurement. */
interface Told<M> {
  readonly metric: 'attempt' | 'call' | 'delivery' | 'handler';
  readonly begin: (message: M) => described.Described;
  readonly end: (message: M) => described.DescribedEnd;
  /** @default what is active */
  readonly parent?: (message: M) => Context;
  /** The context of the operation itself. @default that of its span */
  readonly inside?: (message: M, withSpan: Context) => Context;
}

/** Makes spans and measurements of what the library's channels tell. */
export class OpenTelemetryInstrumentation implements OnApplicationShutdown {
  private readonly metrics = new OpenTelemetryMetrics();
  private readonly unsubscribes: (() => void)[] = [];

  constructor({ sendTraceparent = false }: PortOneOpenTelemetryOptions = {}) {
    this.tell(CALL.start, { metric: 'call', begin: described.describeCall, end: described.describeCallEnd });
    this.tell(ATTEMPT.start, {
      metric: 'attempt',
      begin: described.describeAttempt,
      end: described.describeAttemptEnd,
      inside: (message: PortOneAttemptMessage, withSpan) => {
        if (sendTraceparent) addTraceHeaders(message.headers, withSpan);
        // An instrumentation of undici would tell of the same request again, and send traceparent unasked.
        return withSpan.setValue(SUPPRESS_TRACING, true);
      },
    });
    this.tell(DELIVERY.start, {
      metric: 'delivery',
      begin: described.describeDelivery,
      end: described.describeDeliveryEnd,
      parent: parentOfDelivery,
      inside: (message: PortOneDeliveryMessage, withSpan) => {
        if (message.via === 'http') propagation.inject(withSpan, message.carrier);
        return withSpan;
      },
    });
    this.tell(HANDLER.start, {
      metric: 'handler',
      begin: described.describeHandler,
      end: described.describeHandlerEnd,
    });
    this.listen(REFUSED, (message) => {
      const { account, reason } = message as PortOneRefusedMessage;
      this.metrics.count('refused', {
        'error.type': reason,
        ...(account !== undefined && { 'portone.account': account }),
      });
    });
    this.listen(EXHAUSTED, (message) => {
      const { account, eventType } = message as PortOneExhaustedMessage;
      this.metrics.count('exhausted', {
        'portone.event.type': eventType,
        ...(account !== undefined && { 'portone.account': account }),
      });
    });
  }

  /** What is under way is still told to its end. */
  onApplicationShutdown(): void {
    for (const unsubscribe of this.unsubscribes.splice(0)) unsubscribe();
  }

  private listen(channel: Listenable, listener: (message: unknown) => void): void {
    const first = (message: unknown): void => {
      if (take(message as object)) listener(message);
    };
    channel.subscribe(first);
    this.unsubscribes.push(() => channel.unsubscribe(first));
  }

  private tell<M extends PortOneObserved>(channel: Channel<unknown, M>, told: Told<M>): void {
    this.listen(channel, (message) => this.observe(message as M, told));
  }

  private observe<M extends PortOneObserved>(message: M, { metric, begin, end, parent, inside }: Told<M>): void {
    const around = parent?.(message) ?? context.active();
    message.within(async (work) => {
      const { name, kind, attributes } = begin(message);
      const span = trace.getTracer(SCOPE, VERSION).startSpan(name, { kind, attributes }, around);
      const withSpan = trace.setSpan(around, span);
      await context.with(inside?.(message, withSpan) ?? withSpan, work);
      const ended = end(message);
      span.setAttributes(ended.span);
      if (message.errorType !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
      this.metrics.record(metric, message.durationMs ?? 0, ended.metric, withSpan);
    });
  }
}

function take(message: object): boolean {
  if (TAKEN in message) return false;
  Object.defineProperty(message, TAKEN, { value: true });
  return true;
}

/** What a timer or a worker took up belongs to no request, whatever was active when they were started. */
function parentOfDelivery({ via, carrier }: PortOneDeliveryMessage): Context {
  return via === 'http' ? context.active() : propagation.extract(ROOT_CONTEXT, carrier);
}

function addTraceHeaders(headers: Record<string, string>, withSpan: Context): void {
  const carrier: Record<string, string> = {};
  propagation.inject(withSpan, carrier);
  for (const name of TRACE_HEADERS) {
    const value = carrier[name];
    if (value !== undefined) headers[name] = value;
  }
}
