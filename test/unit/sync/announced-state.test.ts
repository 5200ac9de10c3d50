import type { PaymentWebhookEvent } from 'nestjs-portone';

import { showsAnnounced } from '../../../lib/sync/announced-state.js';
import {
  compareInstants,
  fingerprintOf,
  isBeingCancelled,
  isOlder,
  isUnfinished,
} from '../../../lib/sync/payment-state.js';
import { paymentAt } from './sync-harness.js';

const TOLD_AT = '2023-11-14T22:13:30.5Z';

function told(type: string, data: object = {}): PaymentWebhookEvent {
  return {
    type: `Transaction.${type}`,
    timestamp: TOLD_AT,
    data: { paymentId: 'p', transactionId: 'tx-1', storeId: 'store-1', ...data },
  } as PaymentWebhookEvent;
}

const cancellation = (status: string, id = 'c1') => ({ cancellations: [{ id, status, totalAmount: 1 }] });

describe('what an event announced', () => {
  it.each([
    ['Ready', 'READY', true],
    ['Ready', 'FAILED', true],
    ['PayPending', 'READY', false],
    ['VirtualAccountIssued', 'READY', false],
    ['VirtualAccountIssued', 'PAID', true],
    ['Failed', 'READY', false],
    ['Failed', 'FAILED', true],
    ['Failed', 'PAID', true],
    ['Paid', 'READY', false],
    ['Paid', 'VIRTUAL_ACCOUNT_ISSUED', false],
    // Legal, and later: but the read may as well be the one before.
    ['Paid', 'FAILED', false],
    ['Paid', 'PAID', true],
    ['Paid', 'CANCELLED', true],
    ['Cancelled', 'PAID', false],
    ['Cancelled', 'PARTIAL_CANCELLED', false],
    ['Paid', 'A_STATUS_OF_TOMORROW', true],
  ])('%s is shown by %s: %s', (type, status, shown) => {
    expect(showsAnnounced(paymentAt(status, 1), told(type))).toBe(shown);
  });

  it.each([
    ['PartialCancelled', 'PARTIAL_CANCELLED', cancellation('SUCCEEDED'), true],
    ['PartialCancelled', 'PARTIAL_CANCELLED', cancellation('SUCCEEDED', 'c0'), false],
    ['PartialCancelled', 'CANCELLED', cancellation('SUCCEEDED'), true],
    ['Cancelled', 'CANCELLED', cancellation('SUCCEEDED'), true],
    ['Cancelled', 'PAID', cancellation('REQUESTED'), false],
    ['CancelPending', 'PAID', cancellation('REQUESTED'), true],
    ['CancelPending', 'PAID', cancellation('FAILED'), true],
    ['CancelPending', 'PAID', {}, false],
  ])('%s of a cancellation is shown by %s with %j: %s', (type, status, more, shown) => {
    expect(showsAnnounced(paymentAt(status, 1, more), told(type, { cancellationId: 'c1' }))).toBe(shown);
  });

  it.each([
    ['DisputeCreated', [], false],
    ['DisputeCreated', [{ status: 'UNRESOLVED' }], true],
    ['DisputeResolved', [{ status: 'UNRESOLVED' }], false],
    ['DisputeResolved', [{ status: 'RESOLVED' }], true],
  ])('%s is shown by the disputes %j: %s', (type, disputes, shown) => {
    expect(showsAnnounced(paymentAt('PAID', 1, { disputes }), told(type))).toBe(shown);
  });

  it.each([
    ['DisputeCreated', 'READY', false],
    ['DisputeCreated', 'PARTIAL_CANCELLED', true],
    ['DisputeResolved', 'CANCELLED', true],
  ])('%s is later than %s, or of no status that shows disputes: %s', (type, status, shown) => {
    expect(showsAnnounced(paymentAt(status, 1, { disputes: undefined }), told(type))).toBe(shown);
  });

  it('of another attempt is shown by a paid one, and by one that is later in time', () => {
    const other = { transactionId: 'tx-2' };
    expect(showsAnnounced(paymentAt('PAID', 1, other), told('Failed'))).toBe(true);
    expect(showsAnnounced(paymentAt('PAID', 1, other), told('Paid'))).toBe(false);
    expect(showsAnnounced(paymentAt('READY', 9, other), told('Failed'))).toBe(false);
    expect(showsAnnounced(paymentAt('READY', 11, other), told('Failed'))).toBe(true);
  });
});

describe('the state of a payment', () => {
  it('is the same whatever the order of what it holds, and whatever else it holds', () => {
    const [one, two] = [
      { id: 'c1', status: 'FAILED', totalAmount: 1 },
      { id: 'c2', status: 'REQUESTED', totalAmount: 2 },
    ];
    const forth = paymentAt('PAID', 1, { cancellations: [one, two] });
    const back = paymentAt('PAID', 2, { cancellations: [two, one], webhooks: [{}], orderName: 'x' });
    expect(fingerprintOf(forth)).toBe(fingerprintOf(back));
  });

  it.each([
    [{ transactionId: 'tx-2' }],
    [{ amount: { total: 1000, cancelled: 1 } }],
    [{ cancellations: [{ id: 'c1', status: 'REQUESTED', totalAmount: 1 }] }],
    [{ cancellations: [{ id: 'c1', status: 'SUCCEEDED', totalAmount: 1 }] }],
    [{ disputes: [{ status: 'UNRESOLVED', createdAt: 'x' }] }],
    [{ disputes: [{ status: 'RESOLVED', createdAt: 'x' }] }],
    [{ status: 'PARTIAL_CANCELLED' }],
  ])('is another with %j', (more) => {
    const states = [{}, { cancellations: [{ id: 'c1', status: 'FAILED', totalAmount: 1 }] }, more];
    expect(new Set(states.map((state) => fingerprintOf(paymentAt('PAID', 1, state)))).size).toBe(3);
  });

  it('is another once the order is mended', () => {
    const mismatch = [{ field: 'amount.total', expected: 1, actual: 1000 }];
    expect(fingerprintOf(paymentAt('PAID', 1), mismatch)).not.toBe(fingerprintOf(paymentAt('PAID', 1)));
  });

  it.each([
    ['READY', {}, false],
    ['PAY_PENDING', {}, true],
    ['FAILED', {}, false],
    ['PAID', {}, false],
    ['PAID', { disputes: [{ status: 'UNRESOLVED' }] }, true],
    ['PAID', { disputes: [{ status: 'RESOLVED' }] }, false],
    ['PAID', cancellation('REQUESTED'), true],
    ['PAID', cancellation('FAILED'), false],
    ['PAID', { amount: { cancelled: 1 } }, true],
    ['PARTIAL_CANCELLED', cancellation('SUCCEEDED'), false],
    ['PARTIAL_CANCELLED', cancellation('REQUESTED'), true],
    ['VIRTUAL_ACCOUNT_ISSUED', {}, true],
    ['VIRTUAL_ACCOUNT_ISSUED', { method: { expiredAt: '2026-01-10T00:00:00Z' } }, true],
    ['VIRTUAL_ACCOUNT_ISSUED', { method: { expiredAt: '2026-01-01T00:00:00Z' } }, false],
  ])('%s with %j is unfinished: %s', (status, more, unfinished) => {
    expect(isUnfinished(paymentAt(status, 1, more), new Date('2026-01-12T00:00:00Z'))).toBe(unfinished);
  });

  it('of a paid one with money gone is on its way to another', () => {
    expect(isBeingCancelled(paymentAt('PAID', 1, cancellation('SUCCEEDED')))).toBe(true);
    expect(isBeingCancelled(paymentAt('PARTIAL_CANCELLED', 1, cancellation('SUCCEEDED')))).toBe(false);
  });

  it('is compared by every digit of its time, and never called old where that cannot be read', () => {
    expect(compareInstants('2026-01-01T00:00:00.123456Z', '2026-01-01T00:00:00.123457Z')).toBeLessThan(0);
    expect(compareInstants('2026-01-01T00:00:00.1Z', '2026-01-01T00:00:00.100Z')).toBe(0);
    expect(compareInstants('2026-01-01T09:00:00+09:00', '2026-01-01T00:00:01Z')).toBeLessThan(0);
    const applied = { fingerprint: 'f', updatedAt: '2026-01-01T00:00:00Z', outcome: 'applied' as const };
    expect(isOlder(paymentAt('PAID', 1, { updatedAt: undefined }), applied)).toBe(false);
    expect(isOlder(paymentAt('PAID', 1, { updatedAt: applied.updatedAt }), applied)).toBe(false);
    expect(isOlder(paymentAt('PAID', 1), applied)).toBe(true);
  });
});
