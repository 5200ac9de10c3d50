import { connect } from 'node:net';

import { describeWhere } from './describe-where.js';

export const REDIS_URL = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379';
export const DATABASE_URL = process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/test';

/** For a suite that needs Redis. */
export const describeWithRedis = describeWhere(await missing(REDIS_URL, 6379, 'REDIS_URL'));

/** For a suite that needs PostgreSQL. */
export const describeWithPostgres = describeWhere(await missing(DATABASE_URL, 5432, 'DATABASE_URL'));

async function missing(url: string, defaultPort: number, variable: string): Promise<string | undefined> {
  const { hostname, port } = new URL(url);
  const address = { host: hostname, port: Number(port || defaultPort) };
  const answers = await new Promise<boolean>((resolve) => {
    const socket = connect(address, () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
  return answers ? undefined : `nothing listens at ${address.host}:${address.port}, see ${variable}`;
}
