import { Injectable } from '@nestjs/common';

import type { ClientSettings } from '../client/client.settings.js';
import type { PortOneClient } from '../client/portone-client.js';
import { operationsOf } from './operations-of.js';

type Platform = PortOneClient['platform'];

/** The platform (파트너 정산 자동화). Every operation of `client.platform`, with the areas below it as properties. */
@Injectable()
export class PlatformService extends operationsOf('platform') {
  /** Partners (파트너). */
  readonly partner: Platform['partner'];
  /** Transfers: what is owed to partners for orders (정산 건). */
  readonly transfer: Platform['transfer'];
  /** Contracts, fees and shared discounts (정산 정책). */
  readonly policy: Platform['policy'];
  /** Settlements by partner (파트너 정산). */
  readonly partnerSettlement: Platform['partnerSettlement'];
  /** Payouts to partners (지급). */
  readonly payout: Platform['payout'];
  /** Payouts in bulk (일괄 지급). */
  readonly bulkPayout: Platform['bulkPayout'];
  /** Transfers between accounts (이체). */
  readonly accountTransfer: Platform['accountTransfer'];
  /** Transfers between accounts in bulk (일괄 이체). */
  readonly bulkAccountTransfer: Platform['bulkAccountTransfer'];
  /** Holders of bank accounts (계좌). */
  readonly account: Platform['account'];
  /** The state of businesses (사업자 조회). */
  readonly company: Platform['company'];

  constructor(client: PortOneClient, settings: ClientSettings) {
    super(client, settings);
    const { platform } = client;
    this.partner = platform.partner;
    this.transfer = platform.transfer;
    this.policy = platform.policy;
    this.partnerSettlement = platform.partnerSettlement;
    this.payout = platform.payout;
    this.bulkPayout = platform.bulkPayout;
    this.accountTransfer = platform.accountTransfer;
    this.bulkAccountTransfer = platform.bulkAccountTransfer;
    this.account = platform.account;
    this.company = platform.company;
  }
}
