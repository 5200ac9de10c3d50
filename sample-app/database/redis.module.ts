import { Global, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';

export const REDIS_URL = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';

function openRedis(): Redis {
  const logger = new Logger('Redis');
  // What cannot be sent now is refused at once, so that PortOne is told to come again.
  const redis = new Redis(REDIS_URL, { enableOfflineQueue: false });
  return redis.on('error', ({ message }: Error) => logger.warn(message));
}

@Global()
@Module({ providers: [{ provide: Redis, useFactory: openRedis }], exports: [Redis] })
export class RedisModule implements OnApplicationShutdown {
  constructor(private readonly redis: Redis) {}

  onApplicationShutdown(): void {
    this.redis.disconnect();
  }
}
