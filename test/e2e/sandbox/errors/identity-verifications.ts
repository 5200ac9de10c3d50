import { IdentityVerification } from '@portone/server-sdk';
import type { Bench } from './bench.js';
import { ACCESS, after, asItIs, errorsOf, having, PG_PROVIDER } from './rows.js';

const identityVerificationId = 'identity-1';
const ASK = { identityVerificationId };
const customer = { name: '홍길동', phoneNumber: '01012345678', identityNumber: '9001011', ipAddress: '127.0.0.1' };
const SEND = { ...ASK, channelKey: 'channel-1', customer, operator: 'SKT' as const, method: 'SMS' as const };

const sent = ({ client }: Bench) => client.identityVerification.sendIdentityVerification(SEND);
const failed = async (bench: Bench) => {
  await sent(bench);
  await bench.sandbox.buyer.failIdentityVerification(identityVerificationId);
};
const verified = async (bench: Bench) => {
  await sent(bench);
  const otp = await bench.sandbox.buyer.readCode(identityVerificationId);
  await bench.client.identityVerification.confirmIdentityVerification({ ...ASK, otp });
};

export const IDENTITY_VERIFICATIONS = {
  'identityVerification.getIdentityVerification': errorsOf(IdentityVerification.GetIdentityVerificationError, ASK, {
    ...ACCESS,
    INVALID_REQUEST: having({ storeId: '' }),
    IDENTITY_VERIFICATION_NOT_FOUND: asItIs,
  }),

  'identityVerification.getIdentityVerifications': errorsOf(
    IdentityVerification.GetIdentityVerificationsError,
    {},
    {
      ...ACCESS,
      FORBIDDEN: having({ filter: { storeId: 'store-of-somebody-else' } }),
      INVALID_REQUEST: having({ page: { number: 0.5 } }),
    },
  ),

  'identityVerification.sendIdentityVerification': errorsOf(IdentityVerification.SendIdentityVerificationError, SEND, {
    ...ACCESS,
    INVALID_REQUEST: having({ customer: { ...customer, phoneNumber: '010-1234-5678' } }),
    CHANNEL_NOT_FOUND: having({ channelKey: 'channel-none' }),
    // No other id can be unknown to an operation that makes one: this is how V1 named its own.
    IDENTITY_VERIFICATION_NOT_FOUND: having({ identityVerificationId: 'imp_123456789012' }),
    IDENTITY_VERIFICATION_ALREADY_SENT: after(sent),
    IDENTITY_VERIFICATION_ALREADY_VERIFIED: after(verified),
    MAX_TRANSACTION_COUNT_REACHED: after(async (bench) => {
      for (let tried = 0; tried < 10; tried += 1) await failed(bench);
    }),
    PG_PROVIDER,
  }),

  'identityVerification.resendIdentityVerification': errorsOf(
    IdentityVerification.ResendIdentityVerificationError,
    ASK,
    {
      ...ACCESS,
      INVALID_REQUEST: having({ storeId: '' }),
      IDENTITY_VERIFICATION_NOT_FOUND: asItIs,
      IDENTITY_VERIFICATION_NOT_SENT: after(failed),
      IDENTITY_VERIFICATION_ALREADY_VERIFIED: after(verified),
      PG_PROVIDER,
    },
  ),

  'identityVerification.confirmIdentityVerification': errorsOf(
    IdentityVerification.ConfirmIdentityVerificationError,
    ASK,
    {
      ...ACCESS,
      INVALID_REQUEST: after(sent),
      IDENTITY_VERIFICATION_NOT_FOUND: asItIs,
      IDENTITY_VERIFICATION_NOT_SENT: after(({ sandbox }) =>
        sandbox.buyer.requestIdentityVerification(identityVerificationId),
      ),
      IDENTITY_VERIFICATION_ALREADY_VERIFIED: after(verified),
      PG_PROVIDER: after(sent, { otp: 'none' }),
    },
  ),
};
