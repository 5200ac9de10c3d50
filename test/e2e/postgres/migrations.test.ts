import { randomUUID } from 'node:crypto';

import { PGlite } from '@electric-sql/pglite';
import { PortOneStartError } from 'nestjs-portone';
import { migratePostgres, postgresDatabase, postgresMigrationSql, PostgresWebhookInbox } from 'nestjs-portone/postgres';
import pg from 'pg';

import { DATABASE_URL, describeWithPostgres } from '../../support/servers.js';

const TABLES = `SELECT table_name AS name, string_agg(column_name || ' ' || data_type, ', ' ORDER BY ordinal_position) AS columns
  FROM information_schema.columns WHERE table_schema = $1 GROUP BY table_name ORDER BY table_name`;
const INDEXES = `SELECT replace(indexdef, schemaname || '.', '') AS index FROM pg_indexes WHERE schemaname = $1 ORDER BY indexname`;

describeWithPostgres('the tables on PostgreSQL', () => {
  const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 4 });
  const schemas: string[] = [];
  const roles: string[] = [];
  const pools = [pool];

  function newSchema(): string {
    const schema = `test_${randomUUID().replaceAll('-', '')}`;
    schemas.push(schema);
    return schema;
  }

  async function described(schema: string): Promise<unknown[]> {
    const described = await Promise.all([TABLES, INDEXES].map((sql) => pool.query<object>(sql, [schema])));
    return described.flatMap(({ rows }) => rows);
  }

  afterAll(async () => {
    for (const schema of schemas) await pool.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`);
    for (const role of roles) await pool.query(`DROP ROLE IF EXISTS "${role}"`);
    await Promise.all(pools.map((one) => one.end()));
  });

  it('are made once, however many processes begin at the same moment', async () => {
    const schema = newSchema();
    const processes = Array.from({ length: 4 }, () => new pg.Pool({ connectionString: DATABASE_URL, max: 1 }));
    const steps = await Promise.all(processes.map((one) => migratePostgres(one, { schema })));
    await Promise.all(processes.map((one) => one.end()));
    expect(steps.filter((count) => count > 0)).toHaveLength(1);
    expect(await migratePostgres(pool, { schema })).toBe(0);
    expect(await described(schema)).not.toEqual([]);
  });

  it('are the same by the text, which may be run again, before or after the function', async () => {
    const [byFunction, byText] = [newSchema(), newSchema()];
    await migratePostgres(pool, { schema: byFunction });
    for (let time = 0; time < 2; time += 1) await pool.query(postgresMigrationSql({ schema: byText }));
    expect(await migratePostgres(pool, { schema: byText })).toBe(0);
    await pool.query(postgresMigrationSql({ schema: byFunction }));
    expect(await described(byText)).toEqual(await described(byFunction));
  });

  it('are made whole or not at all', async () => {
    const schema = newSchema();
    await pool.query(`CREATE SCHEMA "${schema}"; CREATE VIEW "${schema}".portone_subscriptions AS SELECT 1`);
    await expect(migratePostgres(pool, { schema })).rejects.toThrow();
    expect(await described(schema)).toHaveLength(1);
  });

  it('need no more rights than making tables in a schema that is there, and none once they are made', async () => {
    const schema = newSchema();
    const [owner, reader] = [`${schema}_owner`, `${schema}_reader`];
    const as = (role: string): pg.Pool => {
      const one = new pg.Pool({ connectionString: DATABASE_URL, max: 1, options: `-c role=${role}` });
      pools.push(one);
      return one;
    };
    roles.push(owner, reader);
    await pool.query(
      `CREATE ROLE "${owner}"; CREATE ROLE "${reader}"; CREATE SCHEMA "${schema}" AUTHORIZATION "${owner}"`,
    );
    expect(await migratePostgres(as(owner), { schema })).toBe(1);
    await as(owner).query(postgresMigrationSql({ schema }));
    await pool.query(
      `GRANT USAGE ON SCHEMA "${schema}" TO "${reader}"; GRANT SELECT ON ALL TABLES IN SCHEMA "${schema}" TO "${reader}"`,
    );
    expect(await migratePostgres(as(reader), { schema })).toBe(0);
  });

  it('are made in a schema of any name', async () => {
    const schema = `${newSchema()}'"; \\ $$ Ü`;
    schemas.push(schema.replaceAll('"', '""'));
    expect(await migratePostgres(pool, { schema })).toBe(1);
    await pool.query(postgresMigrationSql({ schema }));
    const inbox = new PostgresWebhookInbox({ connection: postgresDatabase(pool, { schema }) });
    await inbox.onModuleInit();
    expect(await inbox.claim('/msg-1', 1_000)).toMatchObject({ state: 'claimed' });
  });

  it('are asked for at the start of the application, with the fix', async () => {
    const inbox = new PostgresWebhookInbox({ connection: postgresDatabase(pool, { schema: newSchema() }) });
    await expect(inbox.onModuleInit()).rejects.toThrow(PortOneStartError);
    await expect(inbox.onModuleInit()).rejects.toThrow(/await migratePostgres\(connection\)/);
  });

  it('are not asked for of a server that is away: it may be back in a moment', async () => {
    const away = new pg.Pool({ connectionString: 'postgres://postgres@127.0.0.1:1/test' });
    await new PostgresWebhookInbox({ connection: away }).onModuleInit();
    await away.end();
  });
});

it('the tables are made on PGlite, in public, by the function and by the text', async () => {
  const instance = new PGlite();
  expect(await Promise.all([migratePostgres(instance), migratePostgres(instance)])).toEqual([1, 0]);
  await instance.exec(postgresMigrationSql());
  await new PostgresWebhookInbox({ connection: instance }).onModuleInit();
  await instance.close();
});
