// The public face of `nestjs-portone/redis`.
export type { RedisConnection, RedisNode } from './redis-connection.js';
export type { RedisStoreOptions } from './redis-options.js';
export { RedisPaymentLock, type RedisPaymentLockOptions } from './redis.payment-lock.js';
export { RedisWebhookInbox, type RedisWebhookInboxOptions } from './redis.webhook-inbox.js';
