import { jest } from '@jest/globals';
import fc from 'fast-check';

import { ourVerdict, sdkVerdict, sign } from './verdicts.js';

const NOW = 1_700_000_000;

beforeEach(() => jest.useFakeTimers({ now: NOW * 1000 }));
afterEach(() => jest.useRealTimers());

type Entries = [name: string, value: unknown][];

/** Nearly always what it should be; else one of the others. */
const mostly = <T>(usual: fc.Arbitrary<T>, ...others: fc.Arbitrary<T>[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 5 * others.length, arbitrary: usual }, ...others.map((arbitrary) => ({ weight: 1, arbitrary })));

const idArb = mostly(
  fc.stringMatching(/^msg_[A-Za-z0-9]{1,20}$/),
  fc.string(),
  fc.constantFrom(' ', 'a.b', '한글', 'a b'),
);

const aroundNow = fc.integer({ min: NOW - 400, max: NOW + 400 }).map(String);
const timestampArb = mostly(
  fc.integer({ min: NOW - 300, max: NOW + 300 }).map(String),
  aroundNow.map((text) => `${text}abc`),
  aroundNow.map((text) => ` ${text} `),
  aroundNow.map((text) => `+${text}`),
  aroundNow.map((text) => `-${text}`),
  aroundNow.map((text) => `${text}.5e3`),
  fc.constantFrom(...[-301, -300, 300, 301].map((offset) => String(NOW + offset))),
  fc.constantFrom('123abc', ' 12', '1e3', '-1', '0x10', 'NaN', 'Infinity', ' ', '', '１７', `0${NOW}`, `${NOW}000`),
  fc.string(),
);

const eventArb = fc
  .record({ type: fc.constantFrom('Transaction.Paid', 'BillingKey.Issued', 'Some.New'), data: fc.jsonValue() })
  .map((event) => JSON.stringify(event));
const bodyArb = mostly(eventArb, fc.json(), fc.string({ unit: 'binary' }), fc.constantFrom('', '\ud800', '\ufeff{}'));

const keyArb = fc.uint8Array({ minLength: 16, maxLength: 80 });
const base64 = (key: Uint8Array): string => Buffer.from(key).toString('base64');
const spaced = (text: string, at: number): string => {
  const index = at % (text.length + 1);
  return `${text.slice(0, index)} \n\t${text.slice(index)}`;
};
const secretArb = keyArb.chain((key) =>
  fc.record({
    key: fc.constant(key),
    secret: mostly(
      fc.constantFrom(base64(key), `whsec_${base64(key)}`),
      fc.nat(100).map((at) => spaced(base64(key), at)),
      fc.nat(100).map((at) => `whsec_${spaced(base64(key), at)}`),
      fc.constant(base64(key).replace(/=+$/, '')),
      fc.constant(` whsec_${base64(key)}`),
      fc.constant(`${base64(key)}=`),
      fc.constant(Buffer.from(key).toString('base64url')),
      keyArb.map(base64),
      fc.base64String(),
      fc.string(),
    ),
  }),
);

/** Ways to write, and to miswrite, the right signature. */
const signatureArb: fc.Arbitrary<(right: string) => string> = mostly<(right: string) => string>(
  fc.constant((right) => `v1,${right}`),
  fc.constant((right) => `v1,${right},extra`),
  fc.constant((right) => `v1,${right},`),
  fc.constant((right) => `v1,,${right}`),
  fc.constant((right) => `v1,${right.replace(/=+$/, '')}`),
  fc.constant((right) => `v1,${right}=`),
  fc.constant((right) => `v1,${right.replaceAll('+', '-').replaceAll('/', '_')}`),
  fc.constant((right) => `v2,${right}`),
  fc.constant((right) => `V1,${right}`),
  fc.constant((right) => right),
  fc.constant((right) => `\tv1,${right}`),
  // The last character of 32 bytes holds two bits that no byte uses.
  fc.constantFrom(...'ABCDEFGHIJKLMNOP').map((last) => (right: string) => `v1,${right.slice(0, -2)}${last}=`),
  fc.nat(44).map((at) => (right: string) => `v1,${right.slice(0, at)}`),
  fc.nat(44).map((at) => (right: string) => `v1,${right.slice(0, at)}\t${right.slice(at)}`),
  fc.nat(43).map((at) => (right: string) => `v1,${right.slice(0, at)}A${right.slice(at + 1)}`),
  fc.tuple(fc.nat(44), fc.string()).map(
    ([at, text]) =>
      (right: string) =>
        `v1,${right.slice(0, at)}${text}`,
  ),
  fc.string().map((text) => () => text),
);
const otherSignatureArb = fc.oneof(
  fc.base64String({ minLength: 44, maxLength: 44 }).map((text) => `v1,${text}`),
  fc.constantFrom('', 'v1', 'v1,', 'v2,AAAA', ',', 'v1a,AAAA'),
);
const signatureHeaderArb = fc.record({
  write: signatureArb,
  before: mostly(fc.constant<string[]>([]), fc.array(otherSignatureArb, { maxLength: 3 })),
  after: mostly(fc.constant<string[]>([]), fc.array(otherSignatureArb, { maxLength: 3 })),
  gap: mostly(fc.constant(' '), fc.constantFrom('  ', '   ', '\t', ',')),
});

const caseArb = fc.constantFrom(
  (name: string) => name,
  (name: string) => name.toUpperCase(),
  (name: string) => name.replace(/\b\w/g, (letter) => letter.toUpperCase()),
);

/** What may become of one header on its way, by index into the headers. */
const mutationArb: fc.Arbitrary<(entries: Entries) => Entries> = fc
  .tuple(
    fc.nat(2),
    mostly<(name: string, value: unknown) => Entries>(
      fc.oneof(
        caseArb.map((cased) => (name: string, value: unknown): Entries => [[cased(name), value]]),
        fc.constant((name: string, value: unknown): Entries => [[name, [value]]]),
        fc.constant((name: string, value: unknown): Entries => [[name, [undefined, value, null]]]),
        fc.constant((name: string, value: unknown): Entries => [
          [name, value],
          [name.toUpperCase(), undefined],
        ]),
        fc.constant((name: string, value: unknown): Entries => [
          [`x-${name}`, 'x'],
          [name, value],
        ]),
      ),
      fc.constant((name, value) => [[name, [value, value]]]),
      fc.constant((name, value) => [
        [name, value],
        [name.toUpperCase(), value],
      ]),
      fc.constant((name, value) => [[name, ` ${String(value)}`]]),
      fc.constant(() => []),
      fc.constantFrom<unknown[]>('', null, undefined, 7, [], [7], ['']).map((value) => (name) => [[name, value]]),
      fc.string().map((value) => (name) => [[name, value]]),
    ),
  )
  .map(
    ([index, change]) =>
      (entries) =>
        entries.flatMap((entry, at) => (at === index ? change(...entry) : [entry])),
  );

const deliveryArb = fc.record({
  id: idArb,
  timestamp: timestampArb,
  body: bodyArb,
  secret: secretArb,
  signature: signatureHeaderArb,
  mutations: fc.array(mutationArb, { maxLength: 3 }),
  // After it was signed, on its way.
  tamper: mostly(
    fc.constant((body: string) => body),
    fc.constant((body: string) => `${body}\n`),
    fc.constant((body: string) => body.slice(1)),
    fc.constant((body: string) => body.replace('Paid', 'paid')),
  ),
});

it('gives the verdict of the SDK whatever arrives, and never shows the secret or the right signature', async () => {
  const seen = new Map<string, number>();
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(deliveryArb, async ({ id, timestamp, body: signedBody, secret, signature, mutations, tamper }) => {
      const right = sign(secret.key, id, timestamp, signedBody);
      const { write, before, after, gap } = signature;
      const start: Entries = [
        ['webhook-id', id],
        ['webhook-timestamp', timestamp],
        ['webhook-signature', [...before, write(right), ...after].join(gap)],
      ];
      const headers = Object.fromEntries(mutations.reduce((entries, mutate) => mutate(entries), start));
      const body = tamper(signedBody);

      const ours = ourVerdict(secret.secret, body, headers);
      // By design, ours knows a bad secret when it is made and the SDK only once it has to sign.
      const asked =
        ours.verdict === 'bad-secret'
          ? { 'webhook-id': 'm', 'webhook-timestamp': `${NOW}`, 'webhook-signature': 'x' }
          : headers;
      const theirs = await sdkVerdict(secret.secret, body, asked);
      expect(ours.verdict).toBe(theirs.verdict);
      // By design, ours gives events alone; what it gives is what the SDK gives.
      if ('event' in ours) expect(ours.event).toEqual(theirs.event);
      // By design, ours takes bytes: of the same text, the same verdict.
      expect(ourVerdict(secret.secret, Buffer.from(body), headers).verdict).toBe(ours.verdict);

      // What is written in the headers is the sender's; the answer repeats none of it either.
      expect(ours.shown).not.toContain(right.slice(0, 12));
      expect(ours.shown).not.toContain(base64(secret.key).slice(0, 12));
      if (secret.secret.length > 7) expect(ours.shown).not.toContain(secret.secret);
      runs += 1;
      seen.set(ours.verdict, (seen.get(ours.verdict) ?? 0) + 1);
    }),
    { numRuns: 1000 },
  );
  // A property that only ever sees refusals says nothing about the signature.
  expect(seen.get('signed') ?? 0).toBeGreaterThan(0.2 * runs);
  expect([...seen.keys()].sort()).toEqual([
    'INVALID_SIGNATURE',
    'MISSING_REQUIRED_HEADERS',
    'NO_MATCHING_SIGNATURE',
    'TIMESTAMP_TOO_NEW',
    'TIMESTAMP_TOO_OLD',
    'bad-secret',
    'signed',
  ]);
}, 60_000);
