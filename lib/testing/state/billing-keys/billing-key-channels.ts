import type { Sdk } from '../../../sdk.types.js';
import { Refusal } from '../../http/refusal.js';
import { REFUSED } from '../channels.js';
import type { Desk } from '../desk.js';

type Channel = Sdk.Common.SelectedChannel;

/** Asks the payment provider of each channel. */
export function askChannels(
  { world }: Desk,
  channels: readonly Channel[],
  work: 'ISSUE_BILLING_KEY' | 'DELETE_BILLING_KEY',
): { succeeded: Channel[]; failed: Channel[] } {
  const refuses = ({ key }: Channel) => world.channels.refuses(key, work);
  return { succeeded: channels.filter((one) => !refuses(one)), failed: channels.filter(refuses) };
}

/** How PortOne lists the channels that failed. */
export function failuresOf(failed: readonly Channel[]) {
  return failed.map((channel) => ({ type: 'PG_PROVIDER', channel, ...REFUSED }) as const);
}

/** The error of a request that failed at these of its channels. */
export function refusalOf(channels: readonly Channel[], failed: readonly Channel[]): Refusal {
  if (channels.length === 1) return new Refusal('PG_PROVIDER', REFUSED);
  return new Refusal('CHANNEL_SPECIFIC', {
    message: `${failed.length} of ${channels.length} channels failed.`,
    failures: failuresOf(failed),
    succeededChannels: channels.filter((channel) => !failed.includes(channel)),
  });
}
