// The public face of `nestjs-portone/terminus`.
export { PortOneHealthIndicator } from './portone.health-indicator.js';
export type { ApiHealthOptions, BacklogHealthOptions, InboxHealthOptions } from './health-options.js';
