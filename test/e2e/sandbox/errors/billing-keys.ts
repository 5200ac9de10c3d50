import { Payment } from '@portone/server-sdk';
import { CREDENTIAL, type Bench } from './bench.js';
import { ACCESS, asItIs, errorsOf, having, PG_PROVIDER, using } from './rows.js';

const { BillingKey } = Payment;
const ISSUE = { channelKey: 'channel-1', method: { card: { credential: CREDENTIAL } } };

const awaited = async ({ sandbox }: Bench) => {
  const { billingIssueToken } = await sandbox.buyer.issueBillingKey({ approval: 'manual' });
  return { billingIssueToken };
};
const awaitedWithPayment = async ({ sandbox }: Bench) => {
  const { billingIssueToken } = await sandbox.buyer.issueBillingKeyAndPay('order-1', { approval: 'manual' });
  return { billingIssueToken };
};
const confirmed = async (bench: Bench) => {
  const token = await awaited(bench);
  await bench.client.payment.billingKey.confirmBillingKey(token);
  return token;
};
const confirmedWithPayment = async (bench: Bench) => {
  const token = await awaitedWithPayment(bench);
  await bench.client.payment.billingKey.confirmBillingKeyIssueAndPay(token);
  return token;
};

export const BILLING_KEYS = {
  'payment.billingKey.getBillingKeyInfo': errorsOf(
    BillingKey.GetBillingKeyInfoError,
    { billingKey: 'none' },
    { ...ACCESS, INVALID_REQUEST: having({ storeId: '' }), BILLING_KEY_NOT_FOUND: asItIs },
  ),

  'payment.billingKey.getBillingKeyInfos': errorsOf(
    BillingKey.GetBillingKeyInfosError,
    {},
    {
      ...ACCESS,
      FORBIDDEN: having({ filter: { storeId: 'store-of-somebody-else' } }),
      INVALID_REQUEST: having({ page: { size: 'all' } }),
    },
  ),

  'payment.billingKey.issueBillingKey': errorsOf(BillingKey.IssueBillingKeyError, ISSUE, {
    ...ACCESS,
    INVALID_REQUEST: having({ method: { card: { credential: { ...CREDENTIAL, number: '4111' } } } }),
    CHANNEL_NOT_FOUND: having({ channelKey: 'channel-none' }),
    CHANNEL_SPECIFIC: having({ channelKey: undefined, channelGroupId: 'group-refusing' }),
    PG_PROVIDER: having({ channelKey: 'channel-refusing' }),
  }),

  'payment.billingKey.confirmBillingKey': errorsOf(
    BillingKey.ConfirmBillingKeyError,
    { billingIssueToken: 'none' },
    {
      ...ACCESS,
      INVALID_REQUEST: having({ billingIssueToken: undefined }),
      BILLING_KEY_NOT_FOUND: asItIs,
      BILLING_KEY_ALREADY_ISSUED: using(confirmed),
      INFORMATION_MISMATCH: using(async (bench) => ({ ...(await awaited(bench)), isTest: false })),
      PG_PROVIDER,
    },
  ),

  'payment.billingKey.confirmBillingKeyIssueAndPay': errorsOf(
    BillingKey.ConfirmBillingKeyIssueAndPayError,
    { billingIssueToken: 'none' },
    {
      ...ACCESS,
      INVALID_REQUEST: having({ totalAmount: '1000' }),
      BILLING_KEY_NOT_FOUND: asItIs,
      BILLING_KEY_ALREADY_ISSUED: using(confirmedWithPayment),
      INFORMATION_MISMATCH: using(async (bench) => ({ ...(await awaitedWithPayment(bench)), paymentId: 'order-2' })),
      PG_PROVIDER,
    },
  ),

  'payment.billingKey.deleteBillingKey': errorsOf(
    BillingKey.DeleteBillingKeyError,
    { billingKey: 'none' },
    {
      ...ACCESS,
      INVALID_REQUEST: having({ requester: 'NOBODY' }),
      BILLING_KEY_NOT_FOUND: asItIs,
      BILLING_KEY_NOT_ISSUED: using(({ sandbox }) => sandbox.buyer.openBillingKey()),
      BILLING_KEY_ALREADY_DELETED: using(async (bench) => ({ billingKey: await bench.deletedKey() })),
      PAYMENT_SCHEDULE_ALREADY_EXISTS: using(async (bench) => {
        const billingKey = await bench.issueKey();
        await bench.schedule('order-1', billingKey);
        return { billingKey };
      }),
      CHANNEL_SPECIFIC: using(async (bench) => ({
        billingKey: await bench.issueKey({ channelKey: undefined, channelGroupId: 'group-holding' }),
      })),
      PG_PROVIDER: using(async (bench) => ({ billingKey: await bench.issueKey({ channelKey: 'channel-holding' }) })),
    },
  ),
};
