import type { DeliveryFault } from '../faults/faults.js';
import type { WebhookEvent } from '../../webhook/webhook-event.js';
import { subjectOf } from './webhook.js';

/** The body that is signed. */
export function bodyOf(event: WebhookEvent, fault: DeliveryFault['fault'] | undefined): string {
  const type = fault === 'unknown-type' ? `${event.type.split('.')[0]}.SandboxUnknown` : event.type;
  return JSON.stringify({ ...event, type });
}

/** The same event about another payment, which somebody who does not verify would believe. */
export function corrupted(event: WebhookEvent): string {
  const [[name, id] = []] = Object.entries(subjectOf(event));
  return JSON.stringify({ ...event, data: { ...event.data, [String(name)]: `${id}-corrupted` } });
}
