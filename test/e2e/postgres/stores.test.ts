import {
  PostgresPaymentLock,
  PostgresPaymentSyncStore,
  PostgresRefundJournal,
  PostgresSubscriptionStore,
} from 'nestjs-portone/postgres';

import { paymentLockContract } from '../../contracts/payment-lock.contract.js';
import { paymentSyncStoreContract } from '../../contracts/payment-sync-store.contract.js';
import { refundJournalContract } from '../../contracts/refund-journal.contract.js';
import { subscriptionStoreContract } from '../../contracts/subscription-store.contract.js';
import { describeWithPostgres } from '../../support/servers.js';
import { openPGlite, openPostgres, type PostgresSpace } from './postgres-space.js';

function stores(open: () => Promise<PostgresSpace>): void {
  let space: PostgresSpace;
  beforeAll(async () => {
    space = await open();
  });
  afterAll(() => space.close());

  paymentLockContract('PostgresPaymentLock', async () => {
    let time = 1_700_000_000_000;
    await space.empty('payment_locks');
    const lock = new PostgresPaymentLock({ connection: space.database, now: () => time });
    return { lock, pass: (ms) => void (time += ms) };
  });

  paymentSyncStoreContract('PostgresPaymentSyncStore', async () => {
    await space.empty('payment_sync', 'order_owners', 'sync_watermarks');
    return new PostgresPaymentSyncStore({ connection: space.database });
  });

  refundJournalContract('PostgresRefundJournal', async () => {
    await space.empty('refunds');
    return new PostgresRefundJournal({ connection: space.database });
  });

  subscriptionStoreContract('PostgresSubscriptionStore', async () => {
    await space.empty('subscriptions');
    return new PostgresSubscriptionStore({ connection: space.database });
  });
}

describeWithPostgres('on PostgreSQL', () => stores(openPostgres));

describe('on PGlite', () => stores(openPGlite));
