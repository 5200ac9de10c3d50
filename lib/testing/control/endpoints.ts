import { ACTION_ENDPOINTS } from './action-endpoints.js';
import { CLOCK_ENDPOINTS } from './clock-endpoints.js';
import type { Endpoint } from './endpoint.js';
import { EVENTS_ENDPOINT } from './events.js';
import { FAULT_ENDPOINTS } from './fault-endpoints.js';
import { LOOK_ENDPOINTS } from './look-endpoints.js';
import { STORE_ENDPOINTS } from './store-endpoints.js';

/** Every control: requests are routed by this table, and described from it. */
export const ENDPOINTS: readonly Endpoint[] = [
  ...ACTION_ENDPOINTS,
  ...CLOCK_ENDPOINTS,
  ...FAULT_ENDPOINTS,
  ...LOOK_ENDPOINTS,
  EVENTS_ENDPOINT,
  ...STORE_ENDPOINTS,
];
