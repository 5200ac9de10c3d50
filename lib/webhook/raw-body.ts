import type { IncomingMessage, ServerResponse } from 'node:http';

/** Of our own: Fastify with `rawBody: true` writes `request.rawBody` itself. */
const RAW_BODY = Symbol.for('nestjs-portone.raw-body');
const SEALED = Symbol.for('nestjs-portone.sealed');
const ANSWERED = Symbol.for('nestjs-portone.answered');

interface Collected extends IncomingMessage {
  [RAW_BODY]?: Buffer;
}

interface Sealed extends ServerResponse {
  [SEALED]?: true;
  [ANSWERED]?: number;
}

/** The exact bytes, where the collector has them. */
export function collectedBody(message: object): Buffer | undefined {
  return (message as Collected)[RAW_BODY];
}

/**
 * Reads a message to its end and keeps the bytes with it. Resolves `'too-large'` without reading further, and
 * `'absent'` when there is nothing to wait for: it was read already, or the sender hung up.
 */
export async function collectBody(
  message: IncomingMessage,
  maxBytes: number,
): Promise<'collected' | 'too-large' | 'absent'> {
  if (message.readableEnded || message.destroyed) return 'absent';
  if (Number(message.headers['content-length']) > maxBytes) return 'too-large';
  const chunks: Buffer[] = [];
  let length = 0;
  const outcome = await new Promise<'collected' | 'too-large' | 'absent'>((resolve) => {
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else finish('too-large');
    };
    const onEnd = (): void => finish('collected');
    const onClose = (): void => finish('absent');
    const finish = (end: 'collected' | 'too-large' | 'absent'): void => {
      message.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      if (end === 'too-large') message.pause();
      resolve(end);
    };
    message.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
  if (outcome === 'collected')
    (message as Collected)[RAW_BODY] = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length);
  return outcome;
}

/** Says that the library has answered, and with what. */
export function unseal(response: object, status: number): void {
  (response as Sealed)[ANSWERED] = status;
}

/**
 * Lets nothing but the library tell PortOne 2xx. Applications have guards that refuse, filters that answer 200 to
 * everything, and hooks that turn every status into 200; each would end PortOne's re-sends for an event that no handler
 * has seen, or that one has failed on.
 */
export function seal(response: ServerResponse, onRefused: (status: number) => void): void {
  if (SEALED in response) return;
  (response as Sealed)[SEALED] = true;
  const writeHead = response.writeHead.bind(response) as (status: number, ...rest: unknown[]) => ServerResponse;
  response.writeHead = (status: number, ...rest: unknown[]) => {
    const said = (response as Sealed)[ANSWERED] ?? 500;
    if (status >= 300 || status === said) return writeHead(status, ...rest);
    onRefused(status);
    return writeHead(said, ...rest);
  };
}
