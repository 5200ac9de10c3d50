import {
  context,
  metrics,
  propagation,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type TextMapPropagator,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';

/** W3C Trace Context, and a baggage that every context is said to have. */
const propagator: TextMapPropagator<unknown> = {
  fields: () => ['traceparent', 'baggage'],
  inject(from: Context, carrier, { set }) {
    const span = trace.getSpanContext(from);
    if (span === undefined) return;
    set(carrier, 'traceparent', `00-${span.traceId}-${span.spanId}-01`);
    set(carrier, 'baggage', 'customer=17');
  },
  extract(to: Context, carrier, { get }) {
    const [, traceId, spanId] = String(get(carrier, 'traceparent') ?? '').split('-');
    if (traceId === undefined || spanId === undefined) return to;
    return trace.setSpanContext(to, { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true });
  },
};

/** OpenTelemetry's real SDK, registered for this process, with exporters in memory. */
export class Telemetry {
  private readonly spanExporter = new InMemorySpanExporter();
  private readonly metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  private readonly reader = new PeriodicExportingMetricReader({
    exporter: this.metricExporter,
    exportIntervalMillis: 2 ** 30,
  });
  private readonly meters = new MeterProvider({ readers: [this.reader] });
  private readonly tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(this.spanExporter)] });

  start(): this {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(propagator);
    trace.setGlobalTracerProvider(this.tracers);
    metrics.setGlobalMeterProvider(this.meters);
    return this;
  }

  async stop(): Promise<void> {
    await Promise.all([this.tracers.shutdown(), this.meters.shutdown()]);
    for (const api of [context, propagation, trace, metrics]) api.disable();
  }

  /** Those that have ended, in that order. */
  get spans(): readonly ReadableSpan[] {
    return this.spanExporter.getFinishedSpans();
  }

  /** The ended spans of that name. */
  named(name: string): ReadableSpan[] {
    return this.spans.filter((span) => span.name === name);
  }

  /** The one ended span of that name. */
  one(name: string): ReadableSpan {
    const [span, ...others] = this.named(name);
    if (span !== undefined && others.length === 0) return span;
    const all = this.spans.map((each) => each.name).join(', ');
    throw new Error(`${others.length + (span ? 1 : 0)} spans are named ${name}; there are: ${all}`);
  }

  /** The names from a span up to its root; `…` is one that has not ended or is elsewhere. */
  pathOf(span: ReadableSpan): string[] {
    const { parentSpanContext } = span;
    if (parentSpanContext === undefined) return [span.name];
    const parent = this.spans.find((each) => each.spanContext().spanId === parentSpanContext.spanId);
    return [span.name, ...(parent === undefined ? ['…'] : this.pathOf(parent))];
  }

  async metric(name: string): Promise<MetricData | undefined> {
    this.metricExporter.reset();
    await this.reader.forceFlush();
    return this.metricExporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .flatMap((scope) => scope.metrics)
      .find(({ descriptor }) => descriptor.name === name);
  }

  /** The attributes of a metric's series. */
  async series(name: string): Promise<Attributes[]> {
    return ((await this.metric(name))?.dataPoints ?? []).map(({ attributes }) => attributes);
  }

  /** All that was ever said, as text. */
  async everything(): Promise<string> {
    await this.reader.forceFlush();
    const told = this.spans.map(({ name, attributes, events, status }) => ({ name, attributes, events, status }));
    return JSON.stringify([told, this.metricExporter.getMetrics().map(({ scopeMetrics }) => scopeMetrics)]);
  }
}
