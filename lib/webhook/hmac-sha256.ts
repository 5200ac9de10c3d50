import { createHmac, hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;

/** Above this, copying the message costs more than a `Hmac` object does. */
const SCRATCH_BYTES = 16 * 1024;

/**
 * HMAC-SHA256 (RFC 2104) under one key. A delivery is small, and for a small message making a `Hmac` object takes longer
 * than the hashing: with the key's two pads ready, two one-shot hashes of `node:crypto` do the same in half the time.
 */
export class HmacSha256 {
  readonly #key: Buffer;
  /** The inner pad, and behind it room for the message. */
  readonly #inner = Buffer.alloc(BLOCK_BYTES + SCRATCH_BYTES);
  /** The outer pad, and behind it room for the inner digest. */
  readonly #outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);

  constructor(key: Buffer) {
    this.#key = key;
    // A key that is longer than a block is hashed first.
    const block = Buffer.alloc(BLOCK_BYTES);
    (key.length > BLOCK_BYTES ? Buffer.from(hash('sha256', key, 'binary'), 'latin1') : key).copy(block);
    for (const [index, byte] of block.entries()) {
      this.#inner[index] = byte ^ 0x36;
      this.#outer[index] = byte ^ 0x5c;
    }
  }

  /** The digest of both parts one after the other, in base64. */
  digest(head: string, body: string | Uint8Array): string {
    const bodyBytes = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    const headBytes = Buffer.byteLength(head);
    if (headBytes + bodyBytes > SCRATCH_BYTES) {
      return createHmac('sha256', this.#key).update(head).update(body).digest('base64');
    }
    const inner = this.#inner;
    inner.write(head, BLOCK_BYTES);
    if (typeof body === 'string') inner.write(body, BLOCK_BYTES + headBytes);
    else inner.set(body, BLOCK_BYTES + headBytes);
    const message = inner.subarray(0, BLOCK_BYTES + headBytes + bodyBytes);
    this.#outer.write(hash('sha256', message, 'binary'), BLOCK_BYTES, 'latin1');
    return hash('sha256', this.#outer, 'base64');
  }
}
