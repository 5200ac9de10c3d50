import { Desk, type World } from '../state/desk.js';
import { SeededRandom } from '../state/random.js';
import { IdempotencyStore } from './idempotency.js';
import { Tokens } from './tokens.js';

/** One API secret: its tokens, its stored answers and its stores. Nothing of it is seen with another secret. */
export class Merchant {
  readonly id: string;
  readonly tokens: Tokens;
  readonly idempotency: IdempotencyStore;
  /** The first is the one that is meant where a request names none. */
  readonly desks: [Desk, ...Desk[]];

  constructor(
    readonly apiSecret: string,
    storeId: string,
    private readonly world: World,
  ) {
    const random = new SeededRandom(world.seed, apiSecret);
    this.id = `merchant-${random.uuid('merchant')}`;
    this.tokens = new Tokens(world.clock, random);
    this.idempotency = new IdempotencyStore(world.clock, world.undocumented);
    this.desks = [this.#open(storeId)];
  }

  /** @throws TypeError where it has the store */
  addStore(storeId: string): Desk {
    if (this.desk(storeId)) throw new TypeError(`PortOneSandbox: the API secret has a store ${storeId} already.`);
    const desk = this.#open(storeId);
    this.desks.push(desk);
    return desk;
  }

  desk(storeId: string): Desk | undefined {
    return this.desks.find((desk) => desk.storeId === storeId);
  }

  #open(storeId: string): Desk {
    const random = new SeededRandom(this.world.seed, `${this.apiSecret} ${storeId}`);
    return new Desk(this.world, this.id, storeId, random, this.idempotency);
  }
}
