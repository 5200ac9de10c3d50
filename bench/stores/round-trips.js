// Counts how often this process waits for a store: what it sends on a connection after it has read from it begins a round
// trip; what it sends before the answer belongs to the same one. Right while one delivery is at work at a time.
import { Socket } from 'node:net';

/** Ports of stores whose address names none. */
const DEFAULT_PORTS = { 'redis:': 6379, 'postgres:': 5432, 'postgresql:': 5432 };

/** @param {string[]} urls of the stores. @returns {() => number} ends the count and says how many it were */
export function countRoundTrips(urls) {
  const ports = new Set(
    urls.map((url) => new URL(url)).map(({ port, protocol }) => Number(port || DEFAULT_PORTS[protocol])),
  );
  const readBefore = new WeakMap();
  const { write } = Socket.prototype;
  let count = 0;
  // An own property before the inherited one, so that deleting it is all there is to undo.
  Socket.prototype.write = function (...args) {
    if (ports.has(this.remotePort) && readBefore.get(this) !== this.bytesRead) {
      readBefore.set(this, this.bytesRead);
      count++;
    }
    return write.apply(this, args);
  };
  return () => {
    delete Socket.prototype.write;
    return count;
  };
}
