import type { IncomingMessage } from 'node:http';

/** A request that arrived as a whole. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** @throws what the connection says when the client is gone before it finished asking */
export async function receive(incoming: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { method = 'GET', url: target = '/', headers } = incoming;
  return { method, target, headers, body: Buffer.concat(chunks).toString('utf8') };
}
