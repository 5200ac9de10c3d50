import type { Sdk } from '../sdk.types.js';
import type { Clock } from './clock.js';

/** What a call shows to prove who calls. */
export interface Credentials {
  /** The `Authorization` header; a promise while it has to be fetched first. */
  authorization(): string | Promise<string>;
  /**
   * PortOne answered this header with 401.
   *
   * @returns whether another may do better
   */
  renew(rejected: string): boolean;
  /** What must not appear in any error. */
  secrets(): readonly string[];
}

/** `Authorization: PortOne <API secret>`. */
export class ApiSecretCredentials implements Credentials {
  readonly #apiSecret: string;

  constructor(apiSecret: string) {
    this.#apiSecret = apiSecret;
  }

  authorization(): string {
    return `PortOne ${this.#apiSecret}`;
  }

  renew(): boolean {
    return false;
  }

  secrets(): readonly string[] {
    return [this.#apiSecret];
  }
}

type Tokens = Sdk.Auth.LoginViaApiSecretResponse;

/** Where tokens come from. */
export interface TokenSource {
  login(): Promise<Tokens>;
  refresh(refreshToken: string): Promise<Tokens>;
}

/** For a token that does not say when it expires. PortOne documents 30 minutes. */
const DEFAULT_LIFETIME_MS = 25 * 60_000;

/** How long before its end a token is renewed, so that none expires on its way. */
const RENEWAL_MARGIN_MS = 60_000;

/**
 * `Authorization: Bearer <access token>`. One login or renewal runs at a time, however many calls wait for it; when it
 * fails they all fail, and the next call tries anew. A refresh token that is refused is no failure: every login of the
 * same account, of another process too, makes the earlier ones worthless, so a new login follows.
 */
export class AccessTokenCredentials implements Credentials {
  readonly #apiSecret: string;
  #tokens: Tokens | undefined;
  #header = '';
  #renewAt = -Infinity;
  #pending: Promise<string> | undefined;

  constructor(
    apiSecret: string,
    private readonly source: TokenSource,
    private readonly clock: Clock,
  ) {
    this.#apiSecret = apiSecret;
  }

  authorization(): string | Promise<string> {
    if (this.clock.now() < this.#renewAt) return this.#header;
    return (this.#pending ??= this.#fetch().finally(() => (this.#pending = undefined)));
  }

  renew(rejected: string): boolean {
    // Many calls may come back with the same stale token; only the first of them throws it away.
    if (rejected === this.#header) {
      this.#tokens = undefined;
      this.#renewAt = -Infinity;
    }
    return true;
  }

  secrets(): readonly string[] {
    return [this.#apiSecret, ...(this.#tokens ? [this.#tokens.accessToken, this.#tokens.refreshToken] : [])];
  }

  async #fetch(): Promise<string> {
    const asked = this.clock.now();
    const tokens = await this.#refreshOrLogin();
    const lifetime = lifetimeMs(tokens.accessToken);
    this.#tokens = tokens;
    this.#header = `Bearer ${tokens.accessToken}`;
    this.#renewAt = asked + lifetime - Math.min(RENEWAL_MARGIN_MS, lifetime / 2);
    return this.#header;
  }

  async #refreshOrLogin(): Promise<Tokens> {
    if (this.#tokens?.refreshToken) {
      try {
        return await this.source.refresh(this.#tokens.refreshToken);
      } catch {
        // The login that follows tells what is wrong, if anything is.
      }
    }
    return this.source.login();
  }
}

/**
 * The lifetime that a JWT's claims give. It is counted from the login by our own clock, so that a clock that is wrong by
 * an hour does not make every token look expired.
 */
function lifetimeMs(token: string): number {
  const { exp, iat } = claimsOf(token);
  if (typeof exp !== 'number') return DEFAULT_LIFETIME_MS;
  const lifetime = exp * 1000 - (typeof iat === 'number' ? iat * 1000 : Date.now());
  return lifetime > 0 ? lifetime : DEFAULT_LIFETIME_MS;
}

function claimsOf(token: string): { exp?: unknown; iat?: unknown } {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return typeof claims === 'object' && claims !== null ? claims : {};
  } catch {
    return {};
  }
}
