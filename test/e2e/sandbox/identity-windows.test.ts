import { openShop, refusal, type Shop } from './shop.js';

const id = 'identity-1';

describe('PortOneSandbox: identity verification in the window', () => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop();
  });
  afterEach(() => shop.close());

  const buyer = () => shop.sandbox.buyer;
  const find = () => shop.client.identityVerification.getIdentityVerification({ identityVerificationId: id });

  it('is ready, then verified by the code', async () => {
    const opened = await buyer().requestIdentityVerification(id, {
      customer: { customerId: 'c-1', fullName: '김하나', phoneNumber: '010-9999-8888', birthYear: '1999' },
      customData: { step: 1 },
    });
    expect(opened).toEqual({
      identityVerificationId: id,
      identityVerificationTxId: expect.stringMatching(/^[\da-f-]{36}$/) as unknown,
    });
    expect(await find()).toMatchObject({
      status: 'READY',
      requestedCustomer: { id: 'c-1', name: '김하나', phoneNumber: '01099998888', birthYear: '1999' },
      customData: '{"step":1}',
    });
    const code = await buyer().readCode(id);
    await expect(buyer().enterCode(id, { code: `${code}0` })).rejects.toEqual(
      refusal('PG_PROVIDER', { pgCode: 'OTP_MISMATCH' }),
    );
    expect(await find()).toMatchObject({ status: 'READY' });
    const verified = await buyer().enterCode(id, { code });
    expect(await find()).toEqual(verified);
    expect(verified.verifiedCustomer).toMatchObject({ id: 'c-1', name: '김하나', phoneNumber: '01099998888' });
  });

  it('needs no code typed by a test that does not care', async () => {
    await buyer().requestIdentityVerification(id);
    expect(await buyer().enterCode(id)).toMatchObject({
      status: 'VERIFIED',
      verifiedCustomer: {
        name: '홍길동',
        birthDate: '1990-01-01',
        gender: 'MALE',
        isForeigner: false,
        operator: 'SKT',
      },
    });
  });

  it('takes no code after three minutes', async () => {
    await buyer().requestIdentityVerification(id);
    await shop.sandbox.clock.advance({ minutes: 3, seconds: 1 });
    await expect(buyer().enterCode(id)).rejects.toEqual(refusal('PG_PROVIDER', { pgCode: 'OTP_EXPIRED' }));
  });

  it('may turn out to be somebody else, of whom only the name is told', async () => {
    await buyer().requestIdentityVerification(id, { customer: { fullName: '김하나' } });
    const { verifiedCustomer } = (await buyer().approveInApp(id, {
      name: '박둘',
      withheld: ['operator', 'phoneNumber', 'birthDate', 'gender', 'isForeigner', 'ci', 'di'],
    })) as { verifiedCustomer: object };
    expect(verifiedCustomer).toEqual({ name: '박둘' });
  });

  it('fails when the person gives up, and may be tried again', async () => {
    await buyer().requestIdentityVerification(id);
    const failed = await buyer().failIdentityVerification(id, { pgCode: 'F100', pgMessage: 'no' });
    expect(await find()).toEqual(failed);
    expect(failed).toMatchObject({ status: 'FAILED', failure: { reason: 'no', pgCode: 'F100', pgMessage: 'no' } });
    await expect(buyer().enterCode(id)).rejects.toEqual(refusal('IDENTITY_VERIFICATION_NOT_SENT'));
    await buyer().requestIdentityVerification(id);
    expect(await buyer().approveInApp(id)).toMatchObject({ status: 'VERIFIED' });
    await expect(buyer().failIdentityVerification(id)).rejects.toEqual(
      refusal('IDENTITY_VERIFICATION_ALREADY_VERIFIED'),
    );
  });

  it("is no affair of the API's", async () => {
    await buyer().requestIdentityVerification(id);
    const data = refusal('IDENTITY_VERIFICATION_NOT_SENT');
    const { identityVerification } = shop.client;
    const otp = await buyer().readCode(id);
    await expect(identityVerification.confirmIdentityVerification({ identityVerificationId: id, otp })).rejects.toEqual(
      data,
    );
    await expect(identityVerification.resendIdentityVerification({ identityVerificationId: id })).rejects.toEqual(data);
  });

  it('takes no code that the API sent', async () => {
    await shop.client.identityVerification.sendIdentityVerification({
      identityVerificationId: id,
      channelKey: 'any',
      customer: { name: '김하나', phoneNumber: '01099998888', identityNumber: '9901012', ipAddress: '::1' },
      operator: 'KT',
      method: 'SMS',
    });
    await expect(buyer().enterCode(id)).rejects.toThrow(/confirmIdentityVerification takes the code/);
    await expect(buyer().approveInApp(id)).rejects.toThrow(/sent by SMS, not by APP/);
  });

  it.each<[object, RegExp]>([
    [{ birthDate: '1990-13-01' }, /birthDate must be a date/],
    [{ phoneNumber: '010-1234-5678' }, /phoneNumber must be digits alone/],
    [{ withheld: ['name'] }, /withheld must be a list of operator/],
    [{ age: 7 }, /age is not supported/],
  ])('knows nobody like %j', async (options, message) => {
    await buyer().requestIdentityVerification(id);
    await expect(buyer().approveInApp(id, options)).rejects.toThrow(message);
    expect(await find()).toMatchObject({ status: 'READY' });
  });

  it('is unknown before', async () => {
    for (const act of [buyer().readCode(id), buyer().enterCode(id), buyer().approveInApp(id)]) {
      await expect(act).rejects.toEqual(refusal('IDENTITY_VERIFICATION_NOT_FOUND'));
    }
  });
});
