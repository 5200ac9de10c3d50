import { createHmac } from 'node:crypto';

import fc from 'fast-check';

import { HmacSha256 } from '../../../lib/webhook/hmac-sha256.js';

const bytes = (byte: number, length: number): Buffer => Buffer.alloc(length, byte);

/** RFC 4231, section 4: the cases whose digest is not truncated. */
const VECTORS: readonly [name: string, key: Buffer, data: Buffer | string, hex: string][] = [
  ['1', bytes(0x0b, 20), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
  [
    '2',
    Buffer.from('Jefe'),
    'what do ya want for nothing?',
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  ['3', bytes(0xaa, 20), bytes(0xdd, 50), '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe'],
  [
    '6, a key larger than a block',
    bytes(0xaa, 131),
    'Test Using Larger Than Block-Size Key - Hash Key First',
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  ],
];

it.each(VECTORS)('RFC 4231, case %s', (_name, key, data, hex) => {
  expect(Buffer.from(new HmacSha256(key).digest('', data), 'base64').toString('hex')).toBe(hex);
});

it('is node:crypto’s HMAC for every key and message, one after the other', () => {
  const key = fc.uint8Array({ minLength: 1, maxLength: 200 });
  const text = fc.string({ unit: 'binary', maxLength: 300 });
  const body = fc.oneof(
    text,
    fc.uint8Array({ maxLength: 300 }),
    fc.integer({ min: 16_000, max: 17_000 }).map((n) => 'x'.repeat(n)),
  );
  fc.assert(
    fc.property(key, fc.array(fc.tuple(text, body), { minLength: 1, maxLength: 4 }), (secret, messages) => {
      const hmac = new HmacSha256(Buffer.from(secret));
      for (const [head, data] of messages) {
        expect(hmac.digest(head, data)).toBe(createHmac('sha256', secret).update(head).update(data).digest('base64'));
      }
    }),
    { numRuns: 500 },
  );
});
