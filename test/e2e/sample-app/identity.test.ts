import { randomUUID } from 'node:crypto';

import { PLATFORMS } from '../../support/platforms.js';
import { openShop, type RunningShop } from './running-shop.js';

const WITHOUT_NUMBER = { name: '홍길동', phoneNumber: '010-1234-5678', operator: 'SKT' };
const PERSON = { ...WITHOUT_NUMBER, identityNumber: '9001011' };

describe.each(PLATFORMS)('identity verification in the sample shop on %s', (_, adapter) => {
  let shop: RunningShop;
  beforeAll(async () => {
    shop = await openShop(adapter);
  });
  afterAll(() => shop.close());

  const post = <T>(what: string, id: string, body?: object) =>
    shop.call<T>('POST', `/api/identity-verification/${what}/${id}`, body);
  const statusOf = (id: string) => shop.call('GET', `/api/identity-verification/status/${id}`);

  it('sends a code, once more, and takes the last', async () => {
    const id = randomUUID();
    expect((await statusOf(id)).status).toBe(404);
    expect(await post('request', id, PERSON)).toMatchObject({ status: 202, body: { status: 'READY' } });
    const first = await shop.sandbox.buyer.readCode(id);
    expect((await post('resend', id)).status).toBe(202);
    const otp = await shop.sandbox.buyer.readCode(id);
    expect(otp).not.toBe(first);
    expect(await post('confirm', id, { otp: first })).toMatchObject({
      status: 400,
      body: { message: '인증번호가 일치하지 않습니다.' },
    });
    const answers = [await post('confirm', id, { otp }), await post('confirm', id, { otp })];
    expect(answers).toMatchObject(Array(2).fill({ status: 200, body: { verified: true } }));
    const { body } = await statusOf(id);
    expect(body).toMatchObject({ status: 'VERIFIED' });
    expect(JSON.stringify(body)).not.toMatch(/홍길동|1990|1234/);
  });

  it('goes through the operator’s app', async () => {
    const id = randomUUID();
    expect((await post('request', id, { ...WITHOUT_NUMBER, method: 'APP' })).status).toBe(202);
    expect((await post('confirm', id, {})).status).toBe(400);
    await shop.sandbox.buyer.approveInApp(id);
    expect((await post('confirm', id, {})).status).toBe(200);
  });

  it('refuses a child, and input that does not fit', async () => {
    const id = randomUUID();
    const year = String(new Date().getFullYear() - 10).slice(2);
    await post('request', id, { ...PERSON, identityNumber: `${year}01013` });
    const otp = await shop.sandbox.buyer.readCode(id);
    expect(await post('confirm', id, { otp })).toMatchObject({ status: 403, body: { type: 'IDENTITY_NOT_VERIFIED' } });
    for (const wrong of [{ name: '' }, { phoneNumber: 'x' }, { operator: 'AT&T' }, { identityNumber: '9001' }]) {
      expect((await post('request', randomUUID(), { ...PERSON, ...wrong })).status).toBe(400);
    }
    expect((await post('request', randomUUID(), WITHOUT_NUMBER)).status).toBe(400);
    expect((await post('resend', 'none')).status).toBe(404);
  });
});
