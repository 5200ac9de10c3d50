/**
 * What is broken on purpose, to see that the soak notices:
 *
 * - `no-redrive`: nobody takes up what failed but PortOne's own sendings; the queue tries once
 * - `ack-before-durable`: PortOne is told 200 before anything is kept
 * - `no-lease`: everybody gets every claim, and nobody hears that it was lost
 * - `no-lease-renewal`: leases are not renewed
 * - `no-completion`: that a handler is through is not noted, neither in its transaction nor beside it
 */
export const BREAKAGES = ['no-redrive', 'ack-before-durable', 'no-lease', 'no-lease-renewal', 'no-completion'] as const;
export type Breakage = (typeof BREAKAGES)[number];
