import type { ServerResponse } from 'node:http';
import type { Call, Endpoint } from './endpoint.js';
import { described, object, PORTONE, STRING } from './schemas.js';

// Proxies and browsers give up on a stream that says nothing for long.
const HEARTBEAT_MS = 15_000;
/** A reader that is so far behind is cut off; a browser comes back by itself, and then asks for the whole. */
const MOST_UNREAD_BYTES = 1_000_000;

export const EVENTS_ENDPOINT: Endpoint = {
  method: 'GET',
  path: 'events',
  summary: 'What changes, as it happens',
  description: 'Server-sent events named `change`; lines that begin with a colon keep the connection alive.',
  answer: object(
    {
      storeId: STRING,
      kind: described(STRING, '`payment`, `billing-key`, `schedule`, `request`, `delivery`, `clock`, `reset` …'),
      id: described(STRING, 'Of what changed; absent where all of the kind did.'),
      request: described(PORTONE, 'Of kind `request`: as in the ledger.'),
      delivery: described(PORTONE, 'Of kind `delivery`: the attempt that began or ended.'),
    },
    ['storeId', 'kind'],
  ),
  stream,
};

function stream({ desk, desks }: Call, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
  const write = (text: string): void => {
    response.write(text);
    if (response.writableLength > MOST_UNREAD_BYTES) response.destroy();
  };
  write(': connected\n\n');
  const end = desk.world.changes.subscribe((change) => {
    if (desks().some(({ storeId }) => storeId === change.storeId))
      write(`event: change\ndata: ${JSON.stringify(change)}\n\n`);
  });
  const heartbeat = setInterval(() => write(': \n\n'), HEARTBEAT_MS);
  response.on('close', () => {
    clearInterval(heartbeat);
    end();
  });
}
