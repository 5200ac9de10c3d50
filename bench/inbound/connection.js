// One keep-alive connection of the load generator, on a bare socket: an HTTP client would use as much CPU as the servers
// that are compared. It reads just enough of an answer to know its status and its end.
import { connect } from 'node:net';

export class Connection {
  #received = '';
  #done;

  constructor(port) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.setEncoding('latin1');
    this.socket.on('data', (text) => this.#read(text));
    this.socket.on('error', (error) => this.#done?.reject(error));
    this.socket.on('close', () => this.#done?.reject(new Error('The server closed the connection.')));
  }

  /** Sends a request that is ready as bytes and resolves with the answer's status. */
  send(request) {
    return new Promise((resolve, reject) => {
      this.#done = { resolve, reject };
      this.socket.write(request);
    });
  }

  close() {
    this.#done = undefined;
    this.socket.destroy();
  }

  #read(text) {
    this.#received += text;
    const headEnd = this.#received.indexOf('\r\n\r\n');
    if (headEnd === -1) return;
    const length = /\r\ncontent-length: *(\d+)/i.exec(this.#received);
    if (length === null || length.index > headEnd) return this.#done?.reject(new Error('No content-length.'));
    if (this.#received.length < headEnd + 4 + Number(length[1])) return;
    const status = Number(this.#received.slice(9, 12));
    this.#received = '';
    const { resolve } = this.#done;
    this.#done = undefined;
    resolve(status);
  }
}

/** The bytes of a signed delivery. */
export function requestBytes(path, { headers, body }) {
  const head = [
    `POST ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    'user-agent: PortOne-Webhook/1.0',
    'accept: */*',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}
