// The public face of `nestjs-portone/bullmq`.
export { PortOneQueueModule } from './queue.module.js';
export type { PortOneQueueExtras, PortOneQueueOptions } from './queue.options.js';
export { PortOneQueueAdmin, type QueueBacklog, type QueueEntry, type QueueListOptions } from './queue.admin.js';
export type { PortOneQueue, QueuedJob, QueuedJobData } from './queued-job.js';
