import { Refusal } from '../http/refusal.js';
import type { ReceivedRequest } from '../http/received-request.js';

const LOOPBACK = /^(localhost|[\w-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/**
 * Nothing here asks for a secret, so that a person and any program of this machine can use it; a page of the web must
 * not, though its browser runs on this machine too.
 *
 * @throws Refusal for a host name that is not of this machine (DNS rebinding), and for what another site's page sends
 */
export function refuseStrangers({ method, headers }: ReceivedRequest): void {
  const { host = '', origin } = headers;
  if (!LOOPBACK.test(host)) {
    throw new Refusal('FORBIDDEN', { message: 'The Host header must name this machine: localhost or 127.0.0.1.' });
  }
  const changes = method !== 'GET' && method !== 'HEAD';
  if (changes && origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    throw new Refusal('FORBIDDEN', { message: "The Origin header must be absent, or the sandbox's own origin." });
  }
}
