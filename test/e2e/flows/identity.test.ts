import { IdentityNotVerifiedError, type IdentityRequirements, type OptionalIdentityField } from 'nestjs-portone';

import { openServices, type Services } from '../../support/sandbox-services.js';

const id = 'identity-1';
const person = { name: '홍길동', birthDate: '2007-01-15', phoneNumber: '01012345678' };

describe('IdentityVerificationService', () => {
  let services: Services;
  beforeEach(async () => {
    services = await openServices({
      channels: [
        { key: 'any' },
        { key: 'danal', pgProvider: 'DANAL' },
        { key: 'inicis', pgProvider: 'INICIS_UNIFIED' },
        { key: 'live', type: 'LIVE' },
      ],
    });
  });
  afterEach(() => services.close());

  const verify = async (channelKey = 'any', more: object = {}) => {
    await services.sandbox.buyer.requestIdentityVerification(id, { channelKey });
    await services.sandbox.buyer.enterCode(id, { ...person, ...more });
  };
  const require = (requirements: IdentityRequirements<OptionalIdentityField> = {}) =>
    services.identities.requireVerified(id, requirements);
  const problems = async (requirements: IdentityRequirements<OptionalIdentityField>) => {
    const error = await require(requirements).catch((thrown: unknown) => thrown);
    if (!(error instanceof IdentityNotVerifiedError)) throw error;
    for (const personal of Object.values(person)) expect(error.message).not.toContain(personal);
    return error.problems.map(({ field, problem }) => `${field} ${problem}`);
  };

  describe('requireVerified', () => {
    it('answers the customer', async () => {
      await verify();
      const customer = await services.identities.requireVerified(id, {
        maxAgeMinutes: 10,
        minimumAge: 19,
        match: { name: ' 홍 길동', birthDate: '20070115', phoneNumber: '+82 10-1234-5678' },
        require: ['ci', 'di', 'phoneNumber'],
      });
      expect(customer).toMatchObject({
        ...person,
        ci: expect.any(String) as string,
        identityVerificationId: id,
        verifiedAt: services.sandbox.clock.now(),
      });
    });

    it('refuses what is not verified, and what is none', async () => {
      expect(await problems({})).toEqual(['id missing']);
      await services.sandbox.buyer.requestIdentityVerification(id);
      expect(await problems({})).toEqual(['status differs']);
      await services.sandbox.buyer.failIdentityVerification(id);
      await expect(require()).rejects.toThrow('VERIFIED expected, it is FAILED');
    });

    it('lists everything that is missing or differs', async () => {
      await verify('danal');
      await services.sandbox.clock.advance({ minutes: 11 });
      expect(
        await problems({
          maxAgeMinutes: 10,
          minimumAge: 20,
          match: { name: '홍길순', birthDate: '2007-01-15', phoneNumber: person.phoneNumber },
          require: ['ci', 'operator', 'phoneNumber'],
        }),
      ).toEqual([
        'verifiedAt expired',
        'verifiedCustomer.operator missing',
        'verifiedCustomer.phoneNumber missing',
        'verifiedCustomer.name differs',
        'verifiedCustomer.birthDate too-young',
      ]);
    });

    it('takes a provider that tells little, where little is asked', async () => {
      const withheld = ['ci', 'di', 'phoneNumber', 'birthDate', 'gender', 'operator', 'isForeigner'];
      await verify('inicis', { withheld });
      const customer = await services.identities.requireVerified(id, { match: { name: person.name } });
      expect(customer.name).toBe(person.name);
      expect(customer.ci).toBeUndefined();
      expect(await problems({ minimumAge: 19, match: person })).toEqual([
        'verifiedCustomer.birthDate missing',
        'verifiedCustomer.phoneNumber missing',
      ]);
    });

    it('holds the age to Korea’s calendar', async () => {
      await verify('any', { birthDate: '2007-01-16' });
      expect(await problems({ minimumAge: 19 })).toEqual(['verifiedCustomer.birthDate too-young']);
      await services.sandbox.clock.advance({ hours: 11, minutes: 59 });
      expect(await problems({ minimumAge: 19 })).toEqual(['verifiedCustomer.birthDate too-young']);
      await services.sandbox.clock.advance({ minutes: 1 });
      expect(await require({ minimumAge: 19 })).toMatchObject({ name: person.name });
    });

    it('is good until the last minute', async () => {
      await verify();
      await services.sandbox.clock.advance({ minutes: 10 });
      expect(await require({ maxAgeMinutes: 10 })).toMatchObject({ name: person.name });
      await services.sandbox.clock.advance({ milliseconds: 1 });
      expect(await problems({ maxAgeMinutes: 10 })).toEqual(['verifiedAt expired']);
    });

    it('takes no test for a real one, nor the other way', async () => {
      await verify('live');
      expect(await problems({})).toEqual(['channel.type differs']);
      expect(await require({ channelType: 'LIVE' })).toMatchObject({ name: person.name });
    });

    it.each([
      [{ maxAgeMinutes: 0 }, 'maxAgeMinutes'],
      [{ maxAgeMinutes: NaN }, 'maxAgeMinutes'],
      [{ minimumAge: 18.5 }, 'minimumAge'],
      [{ match: { name: ' ' } }, 'match.name'],
      [{ match: { phoneNumber: null as unknown as string } }, 'match.phoneNumber'],
      // What is not there in the caller's own data: it would be met by anybody.
      [{ match: { ...person, name: undefined as unknown as string } }, 'match.name must be a text'],
      [{ match: { nmae: person.name } as unknown as { name: string } }, 'match.nmae is nothing to compare'],
      [{ match: null as unknown as undefined }, 'match must be an object'],
      [{ match: person.name as unknown as undefined }, 'match must be an object'],
    ])('refuses %p', async (wrong, field) => {
      await expect(require(wrong)).rejects.toThrow(field);
      await expect(services.identities.requireVerified('')).rejects.toBeInstanceOf(TypeError);
      expect(services.sandbox.ledger.requests).toEqual([]);
    });
  });

  describe('send, resend, confirm and status', () => {
    const send = (phoneNumber = '010-1234-5678') =>
      services.identities.send({
        identityVerificationId: id,
        channelKey: 'any',
        customer: { name: person.name, phoneNumber, identityNumber: '0701153', ipAddress: '127.0.0.1' },
        operator: 'SKT',
        method: 'SMS',
      });

    it('go from the request to the verified customer', async () => {
      expect(await services.identities.status(id)).toBeNull();
      await send();
      expect(await services.identities.status(id)).toEqual({
        status: 'READY',
        requestedAt: services.sandbox.clock.now().toISOString(),
      });
      const first = await services.sandbox.buyer.readCode(id);
      await services.identities.resend(id);
      const otp = await services.sandbox.buyer.readCode(id);
      const wrong = otp === '000000' ? '000001' : '000000';
      await expect(services.identities.confirm(id, { otp: wrong })).rejects.toMatchObject({
        data: { type: 'PG_PROVIDER' },
      });
      expect(first).toMatch(/^\d{6}$/);
      const verified = await services.identities.confirm(id, { otp });
      expect(verified).toMatchObject({ status: 'VERIFIED', verifiedCustomer: { phoneNumber: '01012345678' } });
      // A second click.
      expect(await services.identities.confirm(id, { otp })).toEqual(verified);
      expect(await require({ minimumAge: 19, match: person })).toMatchObject(person);
      const status = await services.identities.status(id);
      expect(status).toMatchObject({ status: 'VERIFIED', verifiedAt: verified.verifiedAt });
      expect(JSON.stringify(status)).not.toContain(person.name);
    });

    it.each([{}, { phoneNumber: '' }, { phoneNumber: 1012345678 }])('refuses to send to %j', async (customer) => {
      type Options = Parameters<typeof services.identities.send>[0];
      const options = { identityVerificationId: id, channelKey: 'any', customer } as unknown as Options;
      await expect(services.identities.send(options)).rejects.toThrow('send: customer.phoneNumber must be');
      expect(services.sandbox.ledger.requests).toEqual([]);
    });

    it('confirm reads what became of it where the answer was lost', async () => {
      await send('+82 10 1234 5678');
      const otp = await services.sandbox.buyer.readCode(id);
      const operation = 'identityVerification.confirmIdentityVerification';
      services.sandbox.faults.add({ fault: 'reset-after', operation, count: 9 });
      expect(await services.identities.confirm(id, { otp })).toMatchObject({ status: 'VERIFIED' });
    });

    it('confirm throws the failure where nothing became of it', async () => {
      await send();
      const operation = 'identityVerification.confirmIdentityVerification';
      services.sandbox.faults.add({ fault: 'reset-before', operation, count: 9 });
      await expect(services.identities.confirm(id, { otp: '123456' })).rejects.toMatchObject({ outcome: 'unknown' });
    });

    it('status says why it failed', async () => {
      await services.sandbox.buyer.requestIdentityVerification(id);
      await services.sandbox.buyer.failIdentityVerification(id, { pgCode: 'USER_CANCEL' });
      expect(await services.identities.status(id)).toMatchObject({
        status: 'FAILED',
        failure: { pgCode: 'USER_CANCEL' },
      });
    });
  });
});
