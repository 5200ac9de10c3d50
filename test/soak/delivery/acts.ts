import type { SeededRandom } from '../../../lib/testing/state/random.js';
import type { HandlerId } from './terms.js';

/** What a handler does with an attempt. Only the first two come to an end that counts. */
export type Act = 'does it' | 'takes longer than the lease' | 'throws' | 'throws behind its effect' | 'hangs';

/** A handler's attempts that come to nothing: mostly none, and often more than PortOne's five sendings. */
const VAIN_ATTEMPTS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 5, 6, 7];

export function actOf(random: SeededRandom, deliveryId: string, handler: HandlerId, attempt: number): Act {
  const vain = VAIN_ATTEMPTS[Math.floor(VAIN_ATTEMPTS.length * random.fraction('vain', deliveryId, handler))]!;
  const chance = random.fraction('act', deliveryId, handler, attempt);
  if (attempt > vain) return chance < 0.06 ? 'takes longer than the lease' : 'does it';
  if (chance < 0.7) return 'throws';
  return chance < 0.9 ? 'throws behind its effect' : 'hangs';
}
