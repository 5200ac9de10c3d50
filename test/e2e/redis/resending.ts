import type { Redis } from 'ioredis';
import type { RedisConnection } from 'nestjs-portone/redis';

/** A client whose every command's first answer is lost, so that it sends the command again, as ioredis does. */
export function resending(redis: Redis): RedisConnection {
  const connection = Object.create(redis) as Redis;
  return Object.assign(connection, {
    callBuffer: async (command: string, ...args: (string | Buffer | number)[]): Promise<unknown> => {
      await redis.callBuffer(command, ...args);
      return redis.callBuffer(command, ...args);
    },
  });
}
