// The loopback PortOne: as cheap as a server can be, so that it is the clients that are measured. It understands just
// enough of HTTP/1.1 (keep-alive, no pipelining, content-length) to answer with bytes that were made before.
import { createServer } from 'node:net';

import { serve, stayAwake } from '../child-process.js';
import { CANCELLED_JSON, PAYMENT_JSON } from './answers.js';

const PAYMENT = answer(PAYMENT_JSON);
const CANCELLED = answer(CANCELLED_JSON);
const GET = 'G'.charCodeAt(0);

const server = createServer({ noDelay: true }, (socket) => {
  let received;
  socket.on('data', (chunk) => {
    received = received === undefined ? chunk : Buffer.concat([received, chunk]);
    if (!isComplete(received)) return;
    const isGet = received[0] === GET;
    received = undefined;
    socket.write(isGet ? PAYMENT : CANCELLED);
  });
  socket.on('error', () => socket.destroy());
});

function isComplete(request) {
  const headEnd = request.indexOf('\r\n\r\n');
  if (headEnd === -1) return false;
  if (request[0] === GET) return true;
  const length = /\r\ncontent-length: *(\d+)/i.exec(request.latin1Slice(0, headEnd));
  if (length === null) throw new Error('A POST without content-length: this server cannot read it.');
  return request.length >= headEnd + 4 + Number(length[1]);
}

function answer(json) {
  const head = [
    'HTTP/1.1 200 OK',
    'date: Thu, 25 Apr 2024 10:00:03 GMT',
    'content-type: application/json; charset=UTF-8',
    `content-length: ${Buffer.byteLength(json)}`,
    'connection: keep-alive',
    'x-request-id: 018f1a2b3c4d7e5f8a9b0c1d2e3f4a5b',
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${json}`);
}

let fallAsleep;

/** Before a run: from now on it polls its connections. */
function wake() {
  fallAsleep = stayAwake();
}

function sleep() {
  fallAsleep();
}

server.listen(0, '127.0.0.1', () => serve({ wake, sleep }, { port: server.address().port }));
