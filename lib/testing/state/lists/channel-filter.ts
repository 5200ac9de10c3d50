import type { Sdk } from '../../../sdk.types.js';
import type { Input } from '../../http/input.js';

type Channel = Sdk.Common.SelectedChannel;

/** Modules that do not begin with the name of the company that they belong to. */
const COMPANIES: Readonly<Record<string, string>> = {
  HTML5_INICIS: 'INICIS',
  UPLUS: 'TOSSPAYMENTS',
  TOSS_BRANDPAY: 'TOSSPAYMENTS',
  NAVERCO: 'NAVERPAY',
};

/** `KCP_V2` is a module of `KCP`. */
function companyOf(pgProvider: string): string {
  return COMPANIES[pgProvider] ?? (pgProvider === 'TRIPLE_A' ? pgProvider : pgProvider.replace(/_.*/, ''));
}

/** Those filters of a list that are about the channel: provider, company, the provider's merchant id, test or live. */
export function readChannelFilter(filter: Input | undefined): (channel: Channel | undefined) => boolean {
  const providers = filter?.optionalStrings('pgProviders') ?? [];
  const companies = filter?.optionalStrings('pgCompanies') ?? [];
  const pgMerchantId = filter?.optionalString('pgMerchantId');
  const isTest = filter?.optionalBoolean('isTest');
  // What the sandbox has is all of V2.
  const isV1 = filter?.optionalChoice('version', ['V1', 'V2']) === 'V1';
  return (channel) =>
    !isV1 &&
    (providers.length === 0 || providers.includes(channel?.pgProvider ?? '')) &&
    (companies.length === 0 || companies.includes(companyOf(channel?.pgProvider ?? ''))) &&
    (pgMerchantId === undefined || channel?.pgMerchantId === pgMerchantId) &&
    (isTest === undefined || (channel?.type === 'TEST') === isTest);
}
