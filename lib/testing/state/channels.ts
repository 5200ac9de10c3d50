import type { Sdk } from '../../sdk.types.js';
import { Refusal } from '../http/refusal.js';

/** A channel of the sandbox's stores: a contract with a payment provider. */
export interface SandboxChannel {
  key: string;
  /** @default 'TOSSPAYMENTS' */
  pgProvider?: Extract<Sdk.Common.PgProvider, string>;
  /** @default 'TEST' */
  type?: 'TEST' | 'LIVE';
  /** @default 'Sandbox' */
  name?: string;
  /**
   * What its payment provider answers with an error: `PG_PROVIDER`, or `CHANNEL_SPECIFIC` for one of several channels.
   * @default nothing
   */
  refuses?: readonly ('ISSUE_BILLING_KEY' | 'DELETE_BILLING_KEY' | 'ISSUE_CASH_RECEIPT')[];
}

/** What the payment provider of a channel says that was told to refuse. */
export const REFUSED = { pgCode: 'REFUSED', pgMessage: '가맹점 계약을 확인하시기 바랍니다.' } as const;

/** Channels that a request can name together; PortOne picks one. */
export interface SandboxChannelGroup {
  id: string;
  channelKeys: readonly string[];
}

/** The channels that stores have. Unless some are named, there is one for every key, and one group for every id. */
export class Channels {
  constructor(
    private readonly channels: readonly SandboxChannel[] | undefined,
    private readonly groups: readonly SandboxChannelGroup[],
  ) {}

  /** @throws Refusal where it does not exist */
  find(key = this.channels?.[0]?.key ?? 'channel-key-sandbox'): Sdk.Common.SelectedChannel {
    const channel = this.channels ? this.channels.find((one) => one.key === key) : { key };
    if (!channel) throw new Refusal('CHANNEL_NOT_FOUND', { message: `There is no channel ${key}.` });
    const { pgProvider = 'TOSSPAYMENTS', type = 'TEST', name = 'Sandbox' } = channel;
    return { type, id: `channel-id-of-${key}`, key, name, pgProvider, pgMerchantId: 'sandbox' };
  }

  has(key: string): boolean {
    return this.channels?.some((one) => one.key === key) ?? true;
  }

  refuses(key: string | undefined, what: NonNullable<SandboxChannel['refuses']>[number]): boolean {
    return this.channels?.find((one) => one.key === key)?.refuses?.includes(what) ?? false;
  }

  /** Whether a feature of this provider can be had; by any channel, where none are named. @throws Refusal */
  isOf(pgProvider: string, key: string): boolean {
    const { pgProvider: its } = this.find(key);
    return its === pgProvider || !this.channels;
  }

  /** @throws Refusal where it does not exist */
  findGroup(id: string): { summary: Sdk.Common.ChannelGroupSummary; channels: Sdk.Common.SelectedChannel[] } {
    const group = this.channels ? this.groups.find((one) => one.id === id) : { id, channelKeys: [undefined] };
    if (!group) throw new Refusal('CHANNEL_NOT_FOUND', { message: `There is no channel group ${id}.` });
    const channels = group.channelKeys.map((key) => this.find(key));
    return { summary: { id, name: 'Sandbox', isForTest: channels.every(({ type }) => type === 'TEST') }, channels };
  }
}
