import type { KeptDelivery } from 'nestjs-portone';
import {
  postgresDatabase,
  PostgresPaymentLock,
  PostgresWebhookInbox,
  type PostgresDatabase,
} from 'nestjs-portone/postgres';
import pg from 'pg';

import { DATABASE_URL, describeWithPostgres } from '../../support/servers.js';
import { openPostgres, type PostgresSpace } from './postgres-space.js';

const ISOLATIONS = ['read committed', 'repeatable read', 'serializable'];
const SETTINGS = ['TimeZone=Asia/Seoul', 'DateStyle=SQL,DMY', 'bytea_output=escape', 'search_path=nowhere'];
const IDS = Array.from({ length: 40 }, (_, index) => `msg-${index}`);
const LEASE_MS = 60_000;

function withSettings(isolation: string): void {
  let space: PostgresSpace;
  let pool: pg.Pool;
  let database: PostgresDatabase;

  beforeAll(async () => {
    space = await openPostgres();
    const settings = [...SETTINGS, 'extra_float_digits=0', `default_transaction_isolation=${isolation}`];
    const options = settings.map((setting) => `-c ${setting.replaceAll(' ', '\\ ')}`).join(' ');
    pool = new pg.Pool({ connectionString: DATABASE_URL, options });
    database = postgresDatabase(pool, { schema: space.database.schema });
  });
  afterAll(async () => {
    await pool.end();
    await space.close();
  });

  it('gives fences to the last digit', async () => {
    const lock = new PostgresPaymentLock({ connection: database });
    for (const id of IDS) {
      const claim = await lock.acquire(id, LEASE_MS);
      expect(claim.state === 'acquired' && (await lock.renew(id, claim.fence, LEASE_MS))).toBe(true);
    }
  });

  it('lets many at once take up deliveries, each once and as it came', async () => {
    const inbox = new PostgresWebhookInbox({ connection: database });
    const at = new Date();
    const rawBody = Buffer.from([0, 255, 92, 39, 10]);
    for (const deliveryId of IDS) {
      const kept: KeptDelivery = { account: '', deliveryId, type: 'T', timestamp: at, receivedAt: at, rawBody };
      const claim = await inbox.claim(`/${deliveryId}`, LEASE_MS, kept);
      if (claim.state !== 'claimed') throw new Error(claim.state);
    }
    await database.query(`UPDATE ${database.table('webhook_inbox')} SET due_at = now()`);
    const due = await Promise.all(IDS.map(() => inbox.claimDue('', LEASE_MS)));
    const taken = due.flatMap((one) => (one === null ? [] : [one.delivery]));
    expect(new Set(taken.map(({ deliveryId }) => deliveryId)).size).toBe(taken.length);
    for (const delivery of taken) expect(delivery).toMatchObject({ receivedAt: at, timestamp: at, rawBody });
    const claims = await Promise.all(IDS.map(() => inbox.claim('/one', LEASE_MS)));
    expect(claims.filter(({ state }) => state === 'claimed')).toHaveLength(1);
  });
}

// What an administrator may have set for a database or a user.
describeWithPostgres('PostgreSQL with settings of its own', () => {
  describe.each(ISOLATIONS)('and %s', withSettings);
});
