import { createHash } from 'node:crypto';

/**
 * Chance that can be repeated. A value is a function of the seed and of what it is drawn for, not of how many were
 * drawn before, so that two runs agree even where requests arrive in another order.
 */
export class SeededRandom {
  #generation = 0;

  /** @param scope - whose it is: two scopes of one seed have nothing in common */
  constructor(
    readonly seed: string | number,
    private readonly scope = '',
  ) {}

  /** After a reset everything is drawn anew: a receiver that remembers ids must not take new events for old ones. */
  nextGeneration(): void {
    this.#generation += 1;
  }

  /** Evenly from 0 up to, not including, 1. */
  fraction(...drawnFor: readonly (string | number)[]): number {
    return this.bytes(...drawnFor).readUIntBE(0, 6) / 2 ** 48;
  }

  /** A UUID (version 4 by form). */
  uuid(...drawnFor: readonly (string | number)[]): string {
    const bytes = this.bytes(...drawnFor).subarray(0, 16);
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  /** A number of this many digits, leading zeros included. */
  digits(length: number, ...drawnFor: readonly (string | number)[]): string {
    return String(Math.floor(this.fraction(...drawnFor) * 10 ** length)).padStart(length, '0');
  }

  /** 32 bytes. */
  bytes(...drawnFor: readonly (string | number)[]): Buffer {
    return createHash('sha256')
      .update(JSON.stringify([this.seed, this.scope, this.#generation, ...drawnFor]))
      .digest();
  }
}
