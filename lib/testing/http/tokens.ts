import { createHmac } from 'node:crypto';
import type { Clock } from '../time/clock.js';
import type { SeededRandom } from '../state/random.js';

// PortOne's: an access token lives half an hour, a refresh token a day.
const ACCESS_SECONDS = 1800;
const REFRESH_SECONDS = 86_400;

/** What logging in and refreshing answer. */
export interface TokenPair {
  accessToken: string;
  refreshToken: string;
}

/** The tokens that one API secret was exchanged for. */
export class Tokens {
  #refreshToken: string | undefined;
  #issued = 0;
  readonly #key: Buffer;

  constructor(
    private readonly clock: Clock,
    random: SeededRandom,
  ) {
    this.#key = random.bytes('token-key');
  }

  accepts(accessToken: string): boolean {
    return this.#isAlive(accessToken, 'access');
  }

  refreshes(refreshToken: string): boolean {
    return refreshToken === this.#refreshToken && this.#isAlive(refreshToken, 'refresh');
  }

  /** Ends the refresh token before. */
  issue(): TokenPair {
    this.#issued += 1;
    this.#refreshToken = this.#sign('refresh', REFRESH_SECONDS);
    return { accessToken: this.#sign('access', ACCESS_SECONDS), refreshToken: this.#refreshToken };
  }

  #sign(use: 'access' | 'refresh', seconds: number): string {
    const iat = Math.floor(this.clock.nowMs() / 1000);
    const claims = { jti: `${use}-${this.#issued}`, use, iat, exp: iat + seconds };
    const unsigned = [{ alg: 'HS256', typ: 'JWT' }, claims].map(encode).join('.');
    return `${unsigned}.${this.#signature(unsigned)}`;
  }

  #isAlive(token: string, use: 'access' | 'refresh'): boolean {
    const end = token.lastIndexOf('.');
    const unsigned = token.slice(0, end);
    if (end === -1 || token.slice(end + 1) !== this.#signature(unsigned)) return false;
    const claims = JSON.parse(Buffer.from(unsigned.split('.')[1] ?? '', 'base64url').toString()) as {
      use: string;
      exp: number;
    };
    return claims.use === use && this.clock.nowMs() < claims.exp * 1000;
  }

  #signature(unsigned: string): string {
    return createHmac('sha256', this.#key).update(unsigned).digest('base64url');
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
