import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.js';

/** A request that arrived as a whole. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** PortOne does not say how much it takes; nothing that it asks for comes near. */
const MOST_BYTES = 1_048_576;

/**
 * @throws Refusal for a body that is too big, once it is over: no client reads an answer while it sends
 * @throws what the connection says when the client is gone before it finished asking
 */
export async function receive(incoming: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MOST_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (bytes > MOST_BYTES) {
    throw new Refusal('INVALID_REQUEST', { message: `The body has ${bytes} bytes; at most ${MOST_BYTES} are taken.` });
  }
  const { method = 'GET', url: target = '/', headers } = incoming;
  return { method, target, headers, body: Buffer.concat(chunks).toString('utf8') };
}
