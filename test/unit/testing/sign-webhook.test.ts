import { createHmac } from 'node:crypto';
import { Webhook } from '@portone/server-sdk';
import fc from 'fast-check';
import { signWebhook } from 'nestjs-portone/testing';
import { Webhook as StandardWebhook } from 'standardwebhooks';

const KEY = Buffer.from('0123456789abcdef0123456789abcdef');
const SECRET = KEY.toString('base64');

const paid = {
  type: 'Transaction.Paid',
  timestamp: '2026-01-01T00:00:00.000Z',
  data: { paymentId: 'order-1', storeId: 'store-1', transactionId: 'tx-1' },
} as const;

describe('signWebhook', () => {
  it('gives the signature of the Standard Webhooks specification', () => {
    // The known answer of the reference implementation's own tests.
    const { headers, body } = signWebhook({
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: 1614265330,
      body: '{"test": 2432232314}',
    });
    expect(headers).toEqual({
      'content-type': 'application/json',
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
    expect(body).toBe('{"test": 2432232314}');
  });

  it.each([SECRET, `whsec_${SECRET}`])('is verified by the official SDK, secret %#', async (secret) => {
    const { headers, body } = signWebhook({ secret, event: paid });
    await expect(Webhook.verify(SECRET, body, headers)).resolves.toEqual(paid);
  });

  it('signs any text as the reference implementation does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(4_000_000_000), (body, timestamp) => {
        const { headers } = signWebhook({ secret: SECRET, body, timestamp });
        const reference = new StandardWebhook(SECRET);
        expect(headers['webhook-signature']).toBe(
          reference.sign(headers['webhook-id'], new Date(timestamp * 1000), body),
        );
      }),
    );
  });

  it('signs bytes as they are, also those that are no text', () => {
    const body = Buffer.from([0xff, 0xfe, 0x00]);
    const { headers, body: sent } = signWebhook({ secret: SECRET, body, id: 'msg_1', timestamp: 0 });
    expect(sent).toBe(body);
    const expected = createHmac('sha256', KEY).update(Buffer.concat([Buffer.from('msg_1.0.'), body]));
    expect(headers['webhook-signature']).toBe(`v1,${expected.digest('base64')}`);
  });

  it('gives one signature for each secret of a rotation', async () => {
    const other = Buffer.from('another key').toString('base64');
    const { headers, body } = signWebhook({ secret: [other, SECRET], event: paid });
    expect(headers['webhook-signature'].split(' ')).toHaveLength(2);
    await expect(Webhook.verify(SECRET, body, headers)).resolves.toEqual(paid);
    await expect(Webhook.verify(other, body, headers)).resolves.toEqual(paid);
  });

  it('takes the time as a Date and as seconds, and is now unless told', () => {
    const at = (timestamp: Date | number) =>
      signWebhook({ secret: SECRET, body: '', timestamp }).headers['webhook-timestamp'];
    expect(at(new Date(1_700_000_000_999))).toBe('1700000000');
    expect(at(1_700_000_000)).toBe('1700000000');
    expect(at(0)).toBe('0');
    const now = Number(signWebhook({ secret: SECRET, body: '' }).headers['webhook-timestamp']);
    expect(Math.abs(now - Date.now() / 1000)).toBeLessThan(2);
  });

  it('makes up a new id each time, unless given one', () => {
    const id = (given?: string) =>
      signWebhook({ secret: SECRET, body: '', ...(given !== undefined && { id: given }) }).headers['webhook-id'];
    expect(id()).not.toBe(id());
    expect(id('msg_1')).toBe('msg_1');
  });

  it('types an event by its type, and lets unknown types hold anything', () => {
    signWebhook({ secret: SECRET, event: { type: 'Transaction.Imagined', whatever: 1 } });
    // @ts-expect-error a Transaction.Paid has data
    signWebhook({ secret: SECRET, event: { type: 'Transaction.Paid', timestamp: '' } });
    // @ts-expect-error a Transaction.Cancelled names its cancellation
    signWebhook({ secret: SECRET, event: { ...paid, type: 'Transaction.Cancelled' } });
    const type: string = paid.type;
    expect(signWebhook({ secret: SECRET, event: { type } }).body).toBe('{"type":"Transaction.Paid"}');
  });

  it.each<[string, object, RegExp]>([
    ['a secret that is not base64', { secret: 'not!base64', body: '' }, /secret must be base64/],
    ['an empty secret', { secret: 'whsec_', body: '' }, /secret must be base64/],
    ['no secret', { body: '' }, /secret must be/],
    ['no secrets', { secret: [], body: '' }, /secret must be/],
    ['a secret among others that is none', { secret: [SECRET, 7], body: '' }, /secret must be base64/],
    ['neither event nor body', { secret: SECRET }, /either event or body/],
    ['both event and body', { secret: SECRET, event: paid, body: '' }, /either event or body/],
    ['an object for a body', { secret: SECRET, body: paid }, /body must be a string or a Buffer/],
    ['text for an event', { secret: SECRET, event: 'Transaction.Paid' }, /event must be an object/],
    ['an event without a type', { secret: SECRET, event: {} }, /event must be an object with a type/],
    ['milliseconds', { secret: SECRET, body: '', timestamp: 1_700_000_000_000 }, /not milliseconds/],
    ['an invalid Date', { secret: SECRET, body: '', timestamp: new Date(NaN) }, /timestamp/],
    ['a time before 1970', { secret: SECRET, body: '', timestamp: -1 }, /timestamp/],
    ['a time that is text', { secret: SECRET, body: '', timestamp: '1700000000' }, /timestamp/],
    ['an id that would split the header', { secret: SECRET, body: '', id: 'a\r\nb' }, /id must be/],
    ['an empty id', { secret: SECRET, body: '', id: '' }, /id must be/],
  ])('refuses %s', (_, options, message) => {
    const sign = signWebhook as unknown as (options: object) => void;
    expect(() => sign(options)).toThrow(TypeError);
    expect(() => sign(options)).toThrow(message);
  });

  it('never prints a secret', () => {
    const secret = 'a secret with spaces!';
    let message = '';
    try {
      signWebhook({ secret, body: '' });
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain('signWebhook');
    expect(message).not.toContain(secret);
  });
});
