import { openShop, refusal, type Shop } from './shop.js';

const id = 'identity-1';

describe('PortOneSandbox: identity verification through the API, driven by the official SDK', () => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop({
      channels: [
        { key: 'any' },
        { key: 'danal', pgProvider: 'DANAL' },
        { key: 'inicis', pgProvider: 'INICIS_UNIFIED', type: 'LIVE' },
      ],
    });
  });
  afterEach(() => shop.close());

  const customer = {
    id: 'c-1',
    name: '김하나',
    phoneNumber: '01099998888',
    identityNumber: '0102034',
    ipAddress: '::1',
  };
  const api = () => shop.client.identityVerification;
  const send = (more: object = {}) =>
    api().sendIdentityVerification({
      identityVerificationId: id,
      channelKey: 'any',
      customer,
      operator: 'KT',
      method: 'SMS',
      ...more,
    });
  const confirm = async (otp?: string) => {
    const request = { identityVerificationId: id, ...(otp !== undefined && { otp }) };
    return (await api().confirmIdentityVerification(request)).identityVerification;
  };
  const find = (identityVerificationId = id) => api().getIdentityVerification({ identityVerificationId });
  const code = () => shop.sandbox.buyer.readCode(id);
  const wrong = async () => ((await code()) === '000000' ? '000001' : '000000');

  it('sends a code, and verifies whoever knows it', async () => {
    await send({ customData: 'mine' });
    const ready = await find();
    expect(ready).toMatchObject({
      status: 'READY',
      id,
      channel: { key: 'any' },
      requestedCustomer: {
        id: 'c-1',
        name: '김하나',
        phoneNumber: '01099998888',
        birthYear: '2001',
        birthMonth: '02',
        birthDay: '03',
      },
      customData: 'mine',
      requestedAt: '2026-01-01T12:00:00.000Z',
    });
    await shop.sandbox.clock.advance({ minutes: 1 });
    expect(await code()).toMatch(/^\d{6}$/);
    const verified = await confirm(await code());
    expect(await find()).toEqual(verified);
    expect(verified).toMatchObject({
      status: 'VERIFIED',
      verifiedCustomer: {
        id: 'c-1',
        name: '김하나',
        birthDate: '2001-02-03',
        gender: 'FEMALE',
        isForeigner: false,
        phoneNumber: '01099998888',
        operator: 'KT',
      },
      customData: 'mine',
      requestedAt: '2026-01-01T12:00:00.000Z',
      verifiedAt: '2026-01-01T12:01:00.000Z',
    });
    expect(verified.verifiedCustomer.ci).toMatch(/^[A-Za-z0-9+/]{86}==$/);
    expect(verified.verifiedCustomer.di).toMatch(/^[A-Za-z0-9+/]{64}$/);
    expect('requestedCustomer' in verified).toBe(false);
  });

  it('takes no wrong code, and none that is older than three minutes', async () => {
    await send();
    await expect(confirm(await wrong())).rejects.toEqual(refusal('PG_PROVIDER', { pgCode: 'OTP_MISMATCH' }));
    await expect(confirm()).rejects.toEqual(refusal('INVALID_REQUEST', { message: 'otp is required for SMS.' }));
    const first = await code();
    await shop.sandbox.clock.advance({ minutes: 3, milliseconds: 1 });
    await expect(confirm(first)).rejects.toEqual(refusal('PG_PROVIDER', { pgCode: 'OTP_EXPIRED' }));
    expect(await find()).toMatchObject({ status: 'READY' });
    await api().resendIdentityVerification({ identityVerificationId: id });
    expect(await code()).not.toBe(first);
    await expect(confirm(first)).rejects.toEqual(refusal('PG_PROVIDER', { pgCode: 'OTP_MISMATCH' }));
    expect(await confirm(await code())).toMatchObject({ status: 'VERIFIED' });
  });

  it('verifies by app what the person approved there', async () => {
    await send({ method: 'APP', customer: { ...customer, identityNumber: undefined } });
    await expect(confirm()).rejects.toEqual(refusal('PG_PROVIDER', { pgCode: 'NOT_APPROVED' }));
    await expect(api().resendIdentityVerification({ identityVerificationId: id })).rejects.toEqual(
      refusal('INVALID_REQUEST'),
    );
    const approved = await shop.sandbox.buyer.approveInApp(id, { birthDate: '1980-05-06', gender: 'MALE' });
    expect(approved).toMatchObject({ status: 'READY' });
    expect((await confirm()).verifiedCustomer).toMatchObject({
      name: '김하나',
      birthDate: '1980-05-06',
      gender: 'MALE',
      phoneNumber: '01099998888',
    });
  });

  it('is sent once, and verified once', async () => {
    await send();
    await expect(send()).rejects.toEqual(refusal('IDENTITY_VERIFICATION_ALREADY_SENT'));
    await confirm(await code());
    const data = refusal('IDENTITY_VERIFICATION_ALREADY_VERIFIED');
    await expect(send()).rejects.toEqual(data);
    await expect(confirm('000000')).rejects.toEqual(data);
    await expect(api().resendIdentityVerification({ identityVerificationId: id })).rejects.toEqual(data);
    await expect(shop.sandbox.buyer.requestIdentityVerification(id)).rejects.toEqual(data);
  });

  it('may be sent again after a failure, ten times in all', async () => {
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      await send();
      await shop.sandbox.buyer.failIdentityVerification(id);
    }
    expect(await find()).toMatchObject({
      status: 'FAILED',
      failure: { pgCode: 'USER_CANCEL', reason: '사용자가 본인인증을 취소하였습니다.' },
    });
    await expect(confirm('000000')).rejects.toEqual(refusal('IDENTITY_VERIFICATION_NOT_SENT'));
    await expect(send()).rejects.toEqual(refusal('MAX_TRANSACTION_COUNT_REACHED'));
  });

  it.each([
    ['danal', ['operator', 'phoneNumber', 'isForeigner']],
    ['inicis', ['operator', 'di']],
  ])('tells of a person what %s tells', async (channelKey, without) => {
    await send({ channelKey });
    const all = ['id', 'name', 'birthDate', 'gender', 'isForeigner', 'phoneNumber', 'operator', 'ci', 'di'];
    expect(Object.keys((await confirm(await code())).verifiedCustomer).sort()).toEqual(
      all.filter((field) => !without.includes(field)).sort(),
    );
  });

  it('knows a person again', async () => {
    await send();
    const first = (await confirm(await code())).verifiedCustomer;
    shop.sandbox.reset();
    await send({ customer: { ...customer, phoneNumber: '01011112222' } });
    const again = (await confirm(await code())).verifiedCustomer;
    expect([again.ci, again.di]).toEqual([first.ci, first.di]);
    shop.sandbox.reset();
    await send({ customer: { ...customer, identityNumber: '0102044' } });
    expect((await confirm(await code())).verifiedCustomer.ci).not.toBe(first.ci);
  });

  it.each([
    ['9001011', '1990-01-01', 'MALE', false],
    ['9001012', '1990-01-01', 'FEMALE', false],
    ['0512313', '2005-12-31', 'MALE', false],
    ['8002296', '1980-02-29', 'FEMALE', true],
    ['0102037', '2001-02-03', 'MALE', true],
    ['9912310', '1899-12-31', 'FEMALE', false],
  ])('reads %s', async (identityNumber, birthDate, gender, isForeigner) => {
    await send({ customer: { ...customer, identityNumber } });
    expect((await confirm(await code())).verifiedCustomer).toMatchObject({ birthDate, gender, isForeigner });
  });

  it.each([
    [{ customer: { ...customer, identityNumber: undefined } }, /^customer.identityNumber is required/],
    [{ customer: { ...customer, identityNumber: '9002301' } }, /^customer.identityNumber must be the first seven/],
    [{ customer: { ...customer, phoneNumber: '010-9999-8888' } }, /^customer.phoneNumber must be digits alone/],
    [{ customer: { ...customer, ipAddress: undefined } }, /^customer.ipAddress is required/],
    [{ operator: 'VODAFONE' }, /^operator must be one of SKT/],
    [{ method: 'PIGEON' }, /^method must be one of SMS, APP/],
    [{ channelKey: undefined }, /^channelKey is required/],
  ])('is not sent for %j', async (more, message) => {
    await expect(send(more)).rejects.toEqual(
      refusal('INVALID_REQUEST', { message: expect.stringMatching(message) as unknown }),
    );
    await expect(find()).rejects.toEqual(refusal('IDENTITY_VERIFICATION_NOT_FOUND'));
  });

  it('is not sent through a channel that there is not, nor for what V1 began', async () => {
    await expect(send({ channelKey: 'guessed' })).rejects.toEqual(refusal('CHANNEL_NOT_FOUND'));
    await expect(send({ identityVerificationId: 'imp_123456789012' })).rejects.toEqual(
      refusal('IDENTITY_VERIFICATION_NOT_FOUND'),
    );
  });

  describe('in a list', () => {
    const ids = ['ready', 'verified', 'failed'];

    /** One a day: ready by SMS, verified by the window a day after, failed at danal. */
    beforeEach(async () => {
      const { buyer, clock } = shop.sandbox;
      await send({ identityVerificationId: 'ready' });
      await clock.advance({ days: 1 });
      const window = { channelKey: 'inicis', customer: { fullName: '홍길동' } };
      await buyer.requestIdentityVerification('verified', window);
      await clock.advance({ days: 1 });
      await buyer.approveInApp('verified', { phoneNumber: '01055556666', birthDate: '1970-07-08' });
      await buyer.requestIdentityVerification('failed', { channelKey: 'danal' });
      await buyer.failIdentityVerification('failed', { pgCode: 'TIMEOUT' });
    });

    const list = async (request: Parameters<ReturnType<typeof api>['getIdentityVerifications']>[0] = {}) => {
      const { items, page } = await api().getIdentityVerifications(request);
      return { found: items.map((item) => ('id' in item ? item.id : '')), page };
    };

    it('come newest first, in pages', async () => {
      expect(await list()).toEqual({
        found: ['failed', 'verified', 'ready'],
        page: { number: 0, size: 10, totalCount: 3 },
      });
      expect((await list({ page: { number: 2, size: 1 } })).found).toEqual(['ready']);
      expect((await list({ page: { number: 9, size: 1 } })).found).toEqual([]);
      expect((await list({ sort: { by: 'VERIFIED_AT', order: 'DESC' } })).found[0]).toBe('verified');
      expect((await list({ sort: { by: 'REQUESTED_AT', order: 'ASC' } })).found).toEqual(ids);
    });

    it.each<[object, string[]]>([
      [{ identityVerificationId: 'ready' }, ['ready']],
      [{ statuses: ['READY', 'FAILED'] }, ['failed', 'ready']],
      [{ isTest: true }, ['failed', 'ready']],
      [{ isTest: false }, ['verified']],
      [{ pgProviders: ['DANAL'] }, ['failed']],
      [{ pgCompanies: ['INICIS', 'DANAL'] }, ['failed', 'verified']],
      [{ pgMerchantId: 'somebody' }, []],
      [{ carriers: ['KT'] }, ['ready']],
      [{ version: 'V1' }, []],
      [{ customer: { name: '홍길동' } }, ['verified']],
      [{ customer: { phoneNumber: '01055556666' } }, ['verified']],
      [{ customer: { birthYear: '2001', birthMonth: '2', birthDay: '03' } }, ['ready']],
      [{ customer: { birthYear: '1970', gender: 'MALE' } }, ['verified']],
      [{ customer: { gender: 'FEMALE' } }, ['ready']],
      [{ until: '2026-01-02T11:00:00Z' }, ['ready']],
      [{ timeRangeField: 'VERIFIED_AT', from: '2026-01-03T00:00:00Z' }, ['verified']],
      [{ timeRangeField: 'FAILED_AT' }, ['failed']],
      [{ timeRangeField: 'STATUS_UPDATED_AT', from: '2026-01-03T00:00:00Z' }, ['failed', 'verified']],
    ])('are found by %j', async (filter, found) => {
      expect((await list({ filter })).found).toEqual(found);
    });

    it('are found by what PortOne and the provider call them', async () => {
      const { identityVerificationTxId } = await shop.sandbox.buyer.requestIdentityVerification('more');
      expect((await list({ filter: { identityVerificationTxId } })).found).toEqual(['more']);
      const one = await find('verified');
      const pgTxId = 'pgTxId' in one ? (one.pgTxId ?? '') : '';
      expect((await list({ filter: { pgTxId } })).found).toEqual(['verified']);
    });

    it('are of every store of the merchant, unless one is named', async () => {
      shop.sandbox.addStore({ storeId: 'branch' });
      await send({ identityVerificationId: 'there', storeId: 'branch' });
      expect((await list()).found).toContain('there');
      expect((await list({ filter: { storeId: 'branch' } })).found).toEqual(['there']);
      await expect(list({ filter: { storeId: 'another' } })).rejects.toEqual(refusal('FORBIDDEN'));
    });

    it('are missing for a while when told to', async () => {
      shop.sandbox.undocumented.listLagSeconds = 60;
      await shop.sandbox.clock.advance({ minutes: 1 });
      await send({ identityVerificationId: 'new' });
      expect((await list()).found).toEqual(['failed', 'verified', 'ready']);
      await shop.sandbox.clock.advance({ minutes: 1 });
      expect((await list()).found[0]).toBe('new');
    });
  });
});
