import { channel, tracingChannel, type TracingChannel } from 'node:diagnostics_channel';

import type {
  PortOneAttemptMessage,
  PortOneCallMessage,
  PortOneDeliveryMessage,
  PortOneHandlerMessage,
} from './messages.js';

/**
 * The names of what this library tells on `node:diagnostics_channel`. The first four are tracing channels
 * (`tracingChannel(name)`), the others plain ones (`channel(name)`). While nobody subscribes, nothing is computed for them.
 *
 * @see https://nodejs.org/api/diagnostics_channel.html
 */
export const PORTONE_CHANNELS = {
  /** A call of an operation, from its arguments to its result: {@link PortOneCallMessage}. */
  call: 'nestjs-portone:call',
  /** One HTTP attempt of a call: {@link PortOneAttemptMessage}. */
  attempt: 'nestjs-portone:attempt',
  /** A verified delivery, until it is known what to answer: {@link PortOneDeliveryMessage}. */
  delivery: 'nestjs-portone:delivery',
  /** One attempt of a handler at a delivery: {@link PortOneHandlerMessage}. */
  handler: 'nestjs-portone:handler',
  /** A request had PortOne's signature: {@link PortOneVerifiedMessage}. */
  verified: 'nestjs-portone:delivery:verified',
  /** A request was turned away: {@link PortOneRefusedMessage}. */
  refused: 'nestjs-portone:delivery:refused',
  /** A delivery has had all its attempts: {@link PortOneExhaustedMessage}. */
  exhausted: 'nestjs-portone:delivery:exhausted',
} as const;

// By name they are the same for every copy of this module in a process, ESM and CommonJS.
export const CALL: TracingChannel<unknown, PortOneCallMessage> = tracingChannel(PORTONE_CHANNELS.call);
export const ATTEMPT: TracingChannel<unknown, PortOneAttemptMessage> = tracingChannel(PORTONE_CHANNELS.attempt);
export const DELIVERY: TracingChannel<unknown, PortOneDeliveryMessage> = tracingChannel(PORTONE_CHANNELS.delivery);
export const HANDLER: TracingChannel<unknown, PortOneHandlerMessage> = tracingChannel(PORTONE_CHANNELS.handler);
export const VERIFIED = channel(PORTONE_CHANNELS.verified);
export const REFUSED = channel(PORTONE_CHANNELS.refused);
export const EXHAUSTED = channel(PORTONE_CHANNELS.exhausted);
