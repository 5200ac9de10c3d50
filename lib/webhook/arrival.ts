import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

/**
 * What is known of a request to a webhook path, from its first middleware to its answer. Kept as one property under a
 * symbol of our own: Fastify with `rawBody: true` writes `request.rawBody` itself, and every further property of a
 * request costs Express microseconds.
 */
export class Arrival {
  /** The exact bytes. */
  rawBody: Buffer | undefined;
  /** The headers that Fastify's parsers must not see; see `hideBody`. */
  hiddenHeaders: IncomingHttpHeaders | undefined;
  /** Whether `seal` is on its answer. */
  sealed = false;
  /** The status that the library has answered with. */
  answered: number | undefined;
}

const ARRIVAL = Symbol.for('nestjs-portone.arrival');

interface Arrived extends IncomingMessage {
  [ARRIVAL]?: Arrival;
}

/** The arrival of a message, noted at the first call. */
export function arrivalOf(message: IncomingMessage): Arrival {
  return ((message as Arrived)[ARRIVAL] ??= new Arrival());
}

/** The arrival of an Express or Fastify request; `undefined` where nobody noted one. */
export function findArrival(request: object): Arrival | undefined {
  return (request as Arrived)[ARRIVAL] ?? (request as { raw?: Arrived }).raw?.[ARRIVAL];
}

/**
 * Reads a message to its end and keeps the bytes. Resolves `'too-large'` without reading further, and `'absent'` when
 * there is nothing to wait for: it was read already, or the sender hung up.
 */
export function collectBody(message: IncomingMessage, maxBytes: number): Promise<'collected' | 'too-large' | 'absent'> {
  if (message.readableEnded || message.destroyed) return Promise.resolve('absent');
  if (Number(message.headers['content-length']) > maxBytes) return Promise.resolve('too-large');
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const finish = (end: 'collected' | 'too-large' | 'absent'): void => {
      message.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      if (end === 'too-large') message.pause();
      if (end === 'collected') {
        const [first] = chunks;
        arrivalOf(message).rawBody = chunks.length === 1 ? first : Buffer.concat(chunks, length);
      }
      resolve(end);
    };
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else finish('too-large');
    };
    const onEnd = (): void => finish('collected');
    const onClose = (): void => finish('absent');
    message.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}

/**
 * Makes Fastify take the message for one without a body. Its parsers would answer a body that they cannot read, or a
 * content type that they do not know, before the signature was looked at, and through the application's filters.
 */
export function hideBody(message: IncomingMessage): void {
  const { 'content-type': type, 'content-length': length, 'transfer-encoding': encoding } = message.headers;
  arrivalOf(message).hiddenHeaders = { 'content-type': type, 'content-length': length, 'transfer-encoding': encoding };
  Object.assign(message.headers, {
    'content-type': undefined,
    'content-length': undefined,
    'transfer-encoding': undefined,
  });
}

/** The headers as they came: for the application, once the parsers are past. */
export function showHeaders(message: IncomingMessage): void {
  const { hiddenHeaders } = arrivalOf(message);
  if (hiddenHeaders !== undefined) Object.assign(message.headers, hiddenHeaders);
}

/**
 * Lets nothing but the library tell PortOne 2xx. Applications have guards that refuse, filters that answer 200 to
 * everything, and hooks that turn every status into 200; each would end PortOne's re-sends for an event that no handler
 * has seen, or that one has failed on.
 */
export function seal(message: IncomingMessage, response: ServerResponse, onRefused: (status: number) => void): void {
  const arrival = arrivalOf(message);
  if (arrival.sealed) return;
  arrival.sealed = true;
  const writeHead = response.writeHead.bind(response) as (status: number, ...rest: unknown[]) => ServerResponse;
  response.writeHead = (status: number, ...rest: unknown[]) => {
    const said = arrival.answered ?? 500;
    if (status >= 300 || status === said) return writeHead(status, ...rest);
    onRefused(status);
    return writeHead(said, ...rest);
  };
}
