import type { Input } from './input.js';
import { Merchant } from './merchant.js';
import { Refusal } from './refusal.js';
import type { TokenPair } from './tokens.js';
import type { Desk, World } from '../state/desk.js';

/** Every merchant of a sandbox, and which of them a credential belongs to. */
export class Merchants {
  /** The first belongs to the sandbox's own API secret. */
  readonly all: [Merchant, ...Merchant[]];

  constructor(
    private readonly world: World,
    apiSecret: string,
    storeId: string,
  ) {
    this.all = [new Merchant(apiSecret, storeId, world)];
  }

  get desks(): Desk[] {
    return this.all.flatMap(({ desks }) => desks);
  }

  /** Resolves when nothing is under way in any store, also what one set off in another. */
  async settled(): Promise<void> {
    while (this.desks.some(({ underWay }) => underWay.busy)) {
      await Promise.all(this.desks.map(({ underWay }) => underWay.idle()));
    }
  }

  /** @throws TypeError where the API secret has the store already */
  addStore(apiSecret: string, storeId: string): { merchant: Merchant; desk: Desk } {
    const known = this.all.find((one) => one.apiSecret === apiSecret);
    if (known) return { merchant: known, desk: known.addStore(storeId) };
    const merchant = new Merchant(apiSecret, storeId, this.world);
    this.all.push(merchant);
    return { merchant, desk: merchant.desks[0] };
  }

  /** @param authorization - the request's header */
  authorize(authorization: string | undefined): Merchant {
    const [, scheme, credential = ''] = /^(\S+) +(\S+)$/.exec(authorization ?? '') ?? [];
    const merchant = this.all.find(({ apiSecret, tokens }) => {
      if (scheme?.toLowerCase() === 'portone') return credential === apiSecret;
      return scheme?.toLowerCase() === 'bearer' && tokens.accepts(credential);
    });
    if (merchant) return merchant;
    throw new Refusal('UNAUTHORIZED', { message: 'The Authorization header is missing or wrong.' });
  }

  /** Whose secret or refresh token it is; the first where it is nobody's. */
  ofLogin(input: Input): Merchant {
    const { apiSecret, refreshToken } = input.pick(['apiSecret', 'refreshToken']);
    const owner = this.all.find(
      (one) => one.apiSecret === apiSecret || (typeof refreshToken === 'string' && one.tokens.refreshes(refreshToken)),
    );
    return owner ?? this.all[0];
  }

  login(apiSecret: string): TokenPair {
    const merchant = this.all.find((one) => one.apiSecret === apiSecret);
    if (merchant) return merchant.tokens.issue();
    throw new Refusal('UNAUTHORIZED', { message: 'The API secret is wrong.' });
  }

  /** Each login and each refresh ends the refresh token before. */
  refresh(refreshToken: string): TokenPair {
    const merchant = this.all.find(({ tokens }) => tokens.refreshes(refreshToken));
    if (merchant) return merchant.tokens.issue();
    throw new Refusal('UNAUTHORIZED', { message: 'The refresh token is unknown, replaced or expired.' });
  }
}
