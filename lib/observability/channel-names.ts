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
