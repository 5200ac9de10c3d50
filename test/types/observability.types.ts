/** What onlookers are told is typed, and what they may change is little. */
import type { HealthIndicatorResult } from '@nestjs/terminus';
import type {
  PORTONE_CHANNELS,
  PortOneAttemptMessage,
  PortOneCallMessage,
  PortOneDeliveryMessage,
  PortOneHandlerMessage,
} from 'nestjs-portone';
import { PortOneOpenTelemetryModule } from 'nestjs-portone/opentelemetry';
import { PortOneHealthIndicator } from 'nestjs-portone/terminus';

import { same, type Same } from './same.js';

same<Same<(typeof PORTONE_CHANNELS)['call'], 'nestjs-portone:call'>>();
same<Same<PortOneAttemptMessage['call'], PortOneCallMessage>>();
same<Same<PortOneDeliveryMessage['via'], 'http' | 'redrive' | 'queue'>>();
same<Same<PortOneHandlerMessage['errorType'], string | undefined>>();

export function onAttempt(message: PortOneAttemptMessage): void {
  message.headers['x-from'] = 'shop';
  // @ts-expect-error where a request goes is not for an onlooker to change
  message.url = 'https://elsewhere.example';
  // @ts-expect-error what was thrown is told of by its type alone
  void message.error;
}

export function onDelivery(message: PortOneDeliveryMessage): void {
  message.within((work) => work());
  // @ts-expect-error there is no body in it
  void message.rawBody;
}

export async function health(indicator: PortOneHealthIndicator): Promise<void> {
  const { portone }: HealthIndicatorResult<'portone'> = await indicator.api('portone', { maxAgeMs: 1_000 });
  void portone.status;
  // @ts-expect-error a limit is a number
  await indicator.backlog('webhooks', { maxUnfinished: '3' });
}

PortOneOpenTelemetryModule.forRoot({ sendTraceparent: true });
// @ts-expect-error no such option
PortOneOpenTelemetryModule.forRoot({ sendTraceParent: true });
PortOneHealthIndicator.for('b');
