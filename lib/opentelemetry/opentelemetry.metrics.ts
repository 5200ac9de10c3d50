import { metrics, type Attributes, type Context, type Meter, type MeterProvider } from '@opentelemetry/api';

import { VERSION } from '../version.generated.js';

/** The name of tracer and meter. */
export const SCOPE = 'nestjs-portone';

/** As the semantic conventions have it for `http.client.request.duration` and `messaging.process.duration`. */
const RECOMMENDED = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
/** A call may take three attempts of a minute, a handler in the background an hour. */
const LONG = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180, 600, 3600];

function makeInstruments(meter: Meter) {
  const duration = (name: string, description: string, explicitBucketBoundaries: number[]) =>
    meter.createHistogram(name, { description, unit: 's', advice: { explicitBucketBoundaries } });
  return {
    attempt: duration('http.client.request.duration', 'Duration of HTTP attempts at PortOne.', RECOMMENDED),
    call: duration('portone.client.call.duration', 'Duration of calls, their retries and waits included.', LONG),
    delivery: duration('messaging.process.duration', 'Duration of deliveries, until their answer.', RECOMMENDED),
    handler: duration('portone.webhook.handler.duration', 'Duration of attempts of webhook handlers.', LONG),
    refused: meter.createCounter('portone.webhook.refused', {
      description: 'Requests to a webhook endpoint that were turned away.',
      unit: '{request}',
    }),
    exhausted: meter.createCounter('portone.webhook.exhausted', {
      description: 'Deliveries that have had all their attempts.',
      unit: '{delivery}',
    }),
  };
}

type Instruments = ReturnType<typeof makeInstruments>;

/** What is measured. */
export class OpenTelemetryMetrics {
  private provider: MeterProvider | undefined;
  private made: Instruments | undefined;

  record(
    name: 'attempt' | 'call' | 'delivery' | 'handler',
    ms: number,
    attributes: Attributes,
    context: Context,
  ): void {
    this.instruments[name].record(ms / 1_000, attributes, context);
  }

  count(name: 'refused' | 'exhausted', attributes: Attributes): void {
    this.instruments[name].add(1, attributes);
  }

  /** Unlike a tracer, an instrument that was made before the SDK was started never records anything. */
  private get instruments(): Instruments {
    const provider = metrics.getMeterProvider();
    if (this.made === undefined || provider !== this.provider) {
      this.provider = provider;
      this.made = makeInstruments(provider.getMeter(SCOPE, VERSION));
    }
    return this.made;
  }
}
