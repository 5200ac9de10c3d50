import { createHmac } from 'node:crypto';

import { jest } from '@jest/globals';
import { Webhook as StandardWebhook } from 'standardwebhooks';

import { WebhookVerificationError } from '../../../lib/errors/webhook-verification.error.js';
import { WebhookVerifier } from '../../../lib/webhook/webhook-verifier.js';
import { headersOf, ourVerdict, sdkVerdict, sign } from './verdicts.js';

const KEY = Buffer.from('0123456789abcdef0123456789abcdef');
const SECRET = KEY.toString('base64');
const OTHER = Buffer.from('another secret of the same store').toString('base64');

const NOW = 1_700_000_000;
const AT = String(NOW);
const PAID = {
  type: 'Transaction.Paid',
  timestamp: '2026-01-01T00:00:00.000Z',
  data: { paymentId: 'order-1', storeId: 'store-1', transactionId: 'tx-1' },
};
const BODY = JSON.stringify(PAID);
const SIGNATURE = sign(KEY, 'msg_1', AT, BODY);
const WRONG = sign(KEY, 'msg_1', AT, `${BODY} `);

beforeEach(() => jest.useFakeTimers({ now: NOW * 1000 }));
afterEach(() => jest.useRealTimers());

describe('the known answer of Standard Webhooks', () => {
  const secret = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
  const timestamp = 1614265330;
  const body = '{"test": 2432232314}';
  const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
  const headers = headersOf(id, String(timestamp), signature);

  beforeEach(() => jest.setSystemTime(timestamp * 1000));

  it('is what the reference implementation signs', () => {
    expect(new StandardWebhook(secret).sign(id, new Date(timestamp * 1000), body)).toBe(signature);
  });

  it.each([secret, `whsec_${secret}`])('verifies with the secret %s', (given) => {
    const signed = new WebhookVerifier({ secrets: [given] }).verifySignature(body, headers);
    expect(signed).toEqual({ id, timestamp: new Date(timestamp * 1000) });
  });

  it('does not verify when one byte of the body differs', () => {
    const verifier = new WebhookVerifier({ secrets: [secret] });
    expect(() => verifier.verifySignature(body.replace('4', '5'), headers)).toThrow(
      expect.objectContaining({ reason: 'NO_MATCHING_SIGNATURE' }) as Error,
    );
  });

  it('is signed but no event, which the SDK does not ask (by design: a handler is promised an event)', async () => {
    expect((await sdkVerdict(secret, body, headers)).event).toEqual({ test: 2432232314 });
    expect(() => new WebhookVerifier({ secrets: [secret] }).verify(body, headers)).toThrow(
      expect.objectContaining({ status: 400 }) as Error,
    );
  });
});

describe('gives the verdict of the SDK', () => {
  const valid = headersOf('msg_1', AT, `v1,${SIGNATURE}`);
  const withSignature = (signature: string): object => ({ ...valid, 'webhook-signature': signature });
  const signedAt = (timestamp: string): object =>
    headersOf('msg_1', timestamp, `v1,${sign(KEY, 'msg_1', timestamp, BODY)}`);
  const unpadded = SIGNATURE.replace(/=+$/, '');

  it.each<[expected: string, what: string, headers: unknown]>([
    ['signed', 'a valid delivery', valid],
    [
      'signed',
      'header names in capitals',
      Object.fromEntries(Object.entries(valid).map(([k, v]) => [k.toUpperCase(), v])),
    ],
    ['signed', 'headers in lists of one', Object.fromEntries(Object.entries(valid).map(([k, v]) => [k, [v]]))],
    ['signed', 'a list with gaps', { ...valid, 'webhook-id': [undefined, 'msg_1', null] }],
    ['signed', 'the name twice, once undefined', { ...valid, 'Webhook-Id': undefined }],
    ['signed', 'other headers', { ...valid, host: 'shop.example', 'set-cookie': ['a', 'b'] }],
    [
      'signed',
      'several signatures, the right one third',
      withSignature(`v1,${WRONG} v2,${SIGNATURE} v1,${SIGNATURE} v1,${WRONG}`),
    ],
    ['signed', 'signatures behind several spaces', withSignature(`  v1,${WRONG}   v1,${SIGNATURE} `)],
    ['signed', 'a signature without padding', withSignature(`v1,${unpadded}`)],
    ['signed', 'a third part behind the signature', withSignature(`v1,${SIGNATURE},extra`)],
    ['signed', 'whitespace inside the base64', withSignature(`v1,${SIGNATURE.slice(0, 7)}\t${SIGNATURE.slice(7)}\n`)],
    ['signed', 'a timestamp with a tail', signedAt(`${AT}abc`)],
    ['signed', 'a timestamp behind spaces', signedAt(` ${AT}`)],
    ['signed', 'a timestamp with a sign', signedAt(`+${AT}`)],
    ['signed', 'a timestamp with a fraction', signedAt(`${AT}.9`)],
    ['signed', '300 s ago', signedAt(String(NOW - 300))],
    ['signed', '300 s ahead', signedAt(String(NOW + 300))],
    ['TIMESTAMP_TOO_OLD', '301 s ago', signedAt(String(NOW - 301))],
    ['TIMESTAMP_TOO_NEW', '301 s ahead', signedAt(String(NOW + 301))],
    ['TIMESTAMP_TOO_NEW', 'milliseconds', signedAt(`${AT}000`)],
    ['TIMESTAMP_TOO_OLD', 'the epoch', signedAt('0')],
    ['TIMESTAMP_TOO_OLD', 'an exponent', signedAt('1e3')],
    ['TIMESTAMP_TOO_OLD', 'a negative number', signedAt(`-${AT}`)],
    ['TIMESTAMP_TOO_OLD', 'a hexadecimal number', signedAt('0x6553f100')],
    [
      'TIMESTAMP_TOO_OLD',
      'an old delivery whose signature is wrong too',
      { ...signedAt('1'), 'webhook-signature': 'x' },
    ],
    ['INVALID_SIGNATURE', 'a timestamp that is no number', signedAt('hello')],
    ['INVALID_SIGNATURE', 'a timestamp of spaces', signedAt('   ')],
    ['NO_MATCHING_SIGNATURE', 'the signature of another body', withSignature(`v1,${WRONG}`)],
    ['NO_MATCHING_SIGNATURE', 'a signature without a version', withSignature(SIGNATURE)],
    ['NO_MATCHING_SIGNATURE', 'an unknown version', withSignature(`v2,${SIGNATURE}`)],
    ['NO_MATCHING_SIGNATURE', 'a version in a capital', withSignature(`V1,${SIGNATURE}`)],
    ['NO_MATCHING_SIGNATURE', 'an asymmetric version', withSignature(`v1a,${SIGNATURE}`)],
    ['NO_MATCHING_SIGNATURE', 'an empty signature', withSignature('v1,')],
    ['NO_MATCHING_SIGNATURE', 'an empty signature before the right one', withSignature(`v1,,${SIGNATURE}`)],
    ['NO_MATCHING_SIGNATURE', 'a version alone', withSignature('v1')],
    ['NO_MATCHING_SIGNATURE', 'a part of the signature', withSignature(`v1,${SIGNATURE.slice(0, 8)}`)],
    ['NO_MATCHING_SIGNATURE', 'the signature and more', withSignature(`v1,${unpadded}AAAA`)],
    ['NO_MATCHING_SIGNATURE', 'a signature that is not base64', withSignature(`v1,${unpadded}!`)],
    ['NO_MATCHING_SIGNATURE', 'too much padding', withSignature(`v1,${SIGNATURE}=`)],
    ['NO_MATCHING_SIGNATURE', 'only spaces', withSignature('   ')],
    ['NO_MATCHING_SIGNATURE', 'another id', { ...valid, 'webhook-id': 'msg_2' }],
    ['NO_MATCHING_SIGNATURE', 'another timestamp', { ...valid, 'webhook-timestamp': String(NOW + 1) }],
    ['MISSING_REQUIRED_HEADERS', 'no id', { ...valid, 'webhook-id': undefined }],
    ['MISSING_REQUIRED_HEADERS', 'no timestamp', { ...valid, 'webhook-timestamp': undefined }],
    ['MISSING_REQUIRED_HEADERS', 'no signature', { ...valid, 'webhook-signature': undefined }],
    ['MISSING_REQUIRED_HEADERS', 'an empty id', { ...valid, 'webhook-id': '' }],
    ['MISSING_REQUIRED_HEADERS', 'an empty timestamp', { ...valid, 'webhook-timestamp': '' }],
    ['MISSING_REQUIRED_HEADERS', 'an empty signature header', withSignature('')],
    ['MISSING_REQUIRED_HEADERS', 'an empty list', { ...valid, 'webhook-id': [] }],
    ['MISSING_REQUIRED_HEADERS', 'the id twice in a list', { ...valid, 'webhook-id': ['msg_1', 'msg_1'] }],
    ['MISSING_REQUIRED_HEADERS', 'the id twice by case', { ...valid, 'Webhook-ID': 'msg_1' }],
    ['MISSING_REQUIRED_HEADERS', 'a number for a timestamp', { ...valid, 'webhook-timestamp': NOW }],
    ['MISSING_REQUIRED_HEADERS', 'a number beside the timestamp', { ...valid, 'webhook-timestamp': [AT, NOW] }],
    [
      'MISSING_REQUIRED_HEADERS',
      'the branded names of Svix',
      { 'svix-id': 'msg_1', 'svix-timestamp': AT, 'svix-signature': `v1,${SIGNATURE}` },
    ],
    ['MISSING_REQUIRED_HEADERS', 'no headers', {}],
    ['MISSING_REQUIRED_HEADERS', 'null for headers', null],
    ['MISSING_REQUIRED_HEADERS', 'a text for headers', 'webhook-id'],
  ])('%s: %s', async (expected, _what, headers) => {
    const theirs = await sdkVerdict(SECRET, BODY, headers);
    expect(theirs.verdict).toBe(expected);
    expect(ourVerdict(SECRET, BODY, headers)).toMatchObject({
      verdict: theirs.verdict,
      ...(expected === 'signed' && { event: theirs.event }),
    });
  });

  it.each<[expected: string, what: string, secret: unknown]>([
    ['signed', 'without the prefix', SECRET],
    ['signed', 'with the prefix', `whsec_${SECRET}`],
    ['signed', 'without padding', SECRET.replace(/=+$/, '')],
    ['signed', 'with whitespace', ` ${SECRET.slice(0, 5)}\n${SECRET.slice(5)}\t`],
    ['NO_MATCHING_SIGNATURE', 'of another store', OTHER],
    ['bad-secret', 'empty', ''],
    ['bad-secret', 'the prefix alone', 'whsec_'],
    ['bad-secret', 'the prefix twice', `whsec_whsec_${SECRET}`],
    ['bad-secret', 'the prefix in capitals', `WHSEC_${SECRET}`],
    ['bad-secret', 'not base64', 'not base64!'],
    ['bad-secret', 'of the URL alphabet', '-_-_'],
    ['bad-secret', 'one character', 'A'],
  ])('%s: a secret %s', async (expected, _what, secret) => {
    expect((await sdkVerdict(secret as string, BODY, valid)).verdict).toBe(expected);
    expect(ourVerdict(secret as string, BODY, valid).verdict).toBe(expected);
  });

  it.each([[PAID], [null], [undefined], [42], [[BODY]]])('bad-body: %j in place of the text', async (body) => {
    expect((await sdkVerdict(SECRET, body, valid)).verdict).toBe('bad-body');
    expect(ourVerdict(SECRET, body, valid).verdict).toBe('bad-body');
  });
});

describe('by design, other than the SDK', () => {
  const valid = headersOf('msg_1', AT, `v1,${SIGNATURE}`);
  const verifier = new WebhookVerifier({ secrets: [SECRET] });

  it('takes bytes', async () => {
    const bytes = new TextEncoder().encode(BODY);
    expect((await sdkVerdict(SECRET, bytes, valid)).verdict).toBe('bad-body');
    expect(verifier.verify(bytes, valid)).toEqual(PAID);
    expect(verifier.verify(Buffer.from(BODY), valid)).toEqual(PAID);
  });

  it('takes a part of a larger buffer, and bytes that are no text', () => {
    const larger = Buffer.from(`xx${BODY}xx`);
    expect(verifier.verify(larger.subarray(2, -2), valid)).toEqual(PAID);
    const bytes = Buffer.from([0xff, 0x00, 0xfe]);
    const signed = createHmac('sha256', KEY).update(Buffer.concat([Buffer.from(`msg_1.${AT}.`), bytes]));
    const headers = headersOf('msg_1', AT, `v1,${signed.digest('base64')}`);
    expect(verifier.verifySignature(bytes, headers).id).toBe('msg_1');
    expect(() => verifier.verifySignature(bytes.toString(), headers)).toThrow(WebhookVerificationError);
  });

  it("takes Fetch's Headers, of which the SDK sees none", async () => {
    const headers = new Headers(valid);
    expect((await sdkVerdict(SECRET, BODY, headers)).verdict).toBe('MISSING_REQUIRED_HEADERS');
    expect(verifier.verify(BODY, headers)).toEqual(PAID);
    headers.delete('webhook-id');
    expect(ourVerdict(SECRET, BODY, headers).verdict).toBe('MISSING_REQUIRED_HEADERS');
  });

  it('has every active secret, so that a rotation loses nothing', () => {
    const signedByOther = headersOf('msg_1', AT, `v1,${sign(Buffer.from(OTHER, 'base64'), 'msg_1', AT, BODY)}`);
    for (const secrets of [
      [SECRET, OTHER],
      [OTHER, `whsec_${SECRET}`],
    ]) {
      expect(ourVerdict(secrets, BODY, valid).verdict).toBe('signed');
      expect(ourVerdict(secrets, BODY, signedByOther).verdict).toBe('signed');
    }
    expect(ourVerdict([], BODY, valid).verdict).toBe('NO_MATCHING_SIGNATURE');
  });

  it('has a tolerance of its own where one is given', () => {
    const at = (seconds: number): string => {
      const timestamp = String(NOW + seconds);
      return ourVerdict(SECRET, BODY, headersOf('msg_1', timestamp, `v1,${sign(KEY, 'msg_1', timestamp, BODY)}`), 10)
        .verdict;
    };
    expect([-11, -10, 10, 11].map(at)).toEqual(['TIMESTAMP_TOO_OLD', 'signed', 'signed', 'TIMESTAMP_TOO_NEW']);
  });

  it.each([NaN, Infinity, -1, 0, 1.5, '300'])(
    'refuses a tolerance that would let everything through, or nothing: %p',
    (given) => {
      const options = { secrets: [SECRET], toleranceSeconds: given as number };
      expect(() => new WebhookVerifier(options)).toThrow(TypeError);
      expect(() => new WebhookVerifier(options)).toThrow(/toleranceSeconds/);
    },
  );

  it('knows a bad secret when it is made, not with the first delivery', () => {
    expect(() => new WebhookVerifier({ secrets: [SECRET, 'not base64!'] })).toThrow(
      new TypeError("Webhook secret number 2 is not base64. Copy it from PortOne's console."),
    );
  });

  it.each([
    ['WEBHOOK_NOT_JSON', 'not JSON'],
    ['WEBHOOK_NOT_JSON', ''],
    ['WEBHOOK_NOT_JSON', '{"type":"Transaction.Paid"'],
    ['WEBHOOK_NOT_AN_EVENT', 'null'],
    ['WEBHOOK_NOT_AN_EVENT', '[]'],
    ['WEBHOOK_NOT_AN_EVENT', '"Transaction.Paid"'],
    ['WEBHOOK_NOT_AN_EVENT', '{"type":1}'],
    ['WEBHOOK_VERSION_NOT_SUPPORTED', '{"payment_id":"order-1","tx_id":"tx-1","status":"Paid"}'],
    ['WEBHOOK_VERSION_NOT_SUPPORTED', 'payment_id=order-1&tx_id=tx-1&status=Paid'],
  ])('answers 400 %s to the signed body %j', (type, body) => {
    const headers = headersOf('msg_1', AT, `v1,${sign(KEY, 'msg_1', AT, body)}`);
    expect(() => verifier.verify(body, headers)).toThrow(
      expect.objectContaining({ status: 400, response: expect.objectContaining({ type }) as object }) as Error,
    );
  });

  it('answers 401 to a failed verification, with the reason and nothing else', () => {
    const error = new WebhookVerificationError('NO_MATCHING_SIGNATURE');
    expect(error.getStatus()).toBe(401);
    expect(error.getResponse()).toEqual({
      statusCode: 401,
      type: 'NO_MATCHING_SIGNATURE',
      message: 'No signature matches the body.',
    });
  });

  it('gives an event newer than this version as it is', () => {
    const body = '{"type":"Transaction.Teleported","timestamp":"2030-01-01T00:00:00Z","data":{"new":[1]}}';
    const headers = headersOf('msg_1', AT, `v1,${sign(KEY, 'msg_1', AT, body)}`);
    expect(verifier.verify(body, headers)).toEqual(JSON.parse(body));
  });
});
