import { channel, tracingChannel, type TracingChannel } from 'node:diagnostics_channel';

import { PORTONE_CHANNELS } from './channel-names.js';
import type {
  PortOneAttemptMessage,
  PortOneCallMessage,
  PortOneDeliveryMessage,
  PortOneHandlerMessage,
} from './messages.js';

// By name they are the same for every copy of this module in a process, ESM and CommonJS.
export const CALL: TracingChannel<unknown, PortOneCallMessage> = tracingChannel(PORTONE_CHANNELS.call);
export const ATTEMPT: TracingChannel<unknown, PortOneAttemptMessage> = tracingChannel(PORTONE_CHANNELS.attempt);
export const DELIVERY: TracingChannel<unknown, PortOneDeliveryMessage> = tracingChannel(PORTONE_CHANNELS.delivery);
export const HANDLER: TracingChannel<unknown, PortOneHandlerMessage> = tracingChannel(PORTONE_CHANNELS.handler);
export const VERIFIED = channel(PORTONE_CHANNELS.verified);
export const REFUSED = channel(PORTONE_CHANNELS.refused);
export const EXHAUSTED = channel(PORTONE_CHANNELS.exhausted);
