import type { Sdk } from '../../../sdk.types.js';
import type { Input } from '../../http/input.js';
import type { BillingKeyRecord } from './billing-keys.js';
import { readChannelFilter } from '../lists/channel-filter.js';
import type { Desk } from '../desk.js';
import { numberedPage } from '../lists/numbered-page.js';

type Filter = (record: BillingKeyRecord) => boolean;

const TIMES = {
  REQUESTED_AT: ({ info }: BillingKeyRecord) => info.requestedAt,
  ISSUED_AT: ({ info }: BillingKeyRecord) => info.issuedAt,
  DELETED_AT: ({ info }: BillingKeyRecord) => (info.status === 'DELETED' ? info.deletedAt : undefined),
  STATUS_TIMESTAMP: ({ info }: BillingKeyRecord) => (info.status === 'DELETED' ? info.deletedAt : info.issuedAt),
};

const FILTERS = [
  ...['storeId', 'timeRangeField', 'from', 'until', 'status', 'channelGroupIds', 'customerId', 'platformType'],
  ...['textSearch', 'pgProviders', 'pgCompanies', 'methods', 'version'],
];

const TEXT_FIELDS = [
  'CARD_BIN',
  'CARD_NUMBER',
  'PG_MERCHANT_ID',
  'CUSTOMER_NAME',
  'CUSTOMER_EMAIL',
  'CUSTOMER_PHONE_NUMBER',
  'CUSTOMER_ADDRESS',
  'CUSTOMER_ZIPCODE',
  'USER_AGENT',
  'BILLING_KEY',
  'CHANNEL_GROUP_NAME',
] as const;

/** `GET /billing-keys` over these stores. Keys that were not issued are in no list. */
export function listBillingKeys(
  desks: readonly [Desk, ...Desk[]],
  input: Input,
): Sdk.Payment.BillingKey.GetBillingKeyInfosResponse {
  const filter = input.optionalObject('filter');
  filter?.only(FILTERS);
  const range = filter?.optionalChoice('timeRangeField', Object.keys(TIMES) as (keyof typeof TIMES)[]);
  const filters = [readPlainFilters(filter), readTextSearch(filter?.optionalObject('textSearch'))];
  const all = desks.flatMap(({ billingKeys }) => [...billingKeys.keys.listed()]);
  const { items, page } = numberedPage(all, input, desks[0].clock.nowMs(), {
    times: TIMES,
    rangeOf: TIMES[range ?? 'REQUESTED_AT'],
    passes: (record) => filters.every((passes) => passes(record)),
  });
  return { items: items.map(({ info }) => info), page };
}

function readPlainFilters(filter: Input | undefined): Filter {
  const statuses: readonly string[] = filter?.optionalChoices('status', ['ISSUED', 'DELETED']) ?? [];
  const groups = filter?.optionalStrings('channelGroupIds') ?? [];
  const customerId = filter?.optionalString('customerId');
  const platformType = filter?.optionalChoice('platformType', ['SDK_MOBILE', 'SDK_PC', 'API']);
  const methods: readonly string[] =
    filter?.optionalChoices('methods', ['CARD', 'MOBILE', 'EASY_PAY', 'TRANSFER']) ?? [];
  const ofChannel = readChannelFilter(filter);
  return ({ info, request }) =>
    (statuses.length === 0 || statuses.includes(info.status)) &&
    (groups.length === 0 || groups.includes(info.channelGroup?.id ?? '')) &&
    (customerId === undefined || info.customer.id === customerId) &&
    (platformType === undefined || request.platformType === platformType) &&
    (methods.length === 0 || methods.includes(request.method.type)) &&
    info.channels.some(ofChannel);
}

/** Whether the field contains the text, without regard to upper and lower case. */
function readTextSearch(search: Input | undefined): Filter {
  if (search === undefined) return () => true;
  const field = search.choice('field', TEXT_FIELDS);
  const value = search.string('value').toLowerCase();
  return (record) => textsOf(record)[field].some((text) => text?.toLowerCase().includes(value));
}

function textsOf({ info, card }: BillingKeyRecord): Record<(typeof TEXT_FIELDS)[number], (string | undefined)[]> {
  const { customer } = info;
  return {
    CARD_BIN: [card.number.slice(0, 6)],
    CARD_NUMBER: [card.number],
    PG_MERCHANT_ID: info.channels.map(({ pgMerchantId }) => pgMerchantId),
    CUSTOMER_NAME: [customer.name],
    CUSTOMER_EMAIL: [customer.email],
    CUSTOMER_PHONE_NUMBER: [customer.phoneNumber],
    CUSTOMER_ADDRESS: [customer.address && 'oneLine' in customer.address ? customer.address.oneLine : undefined],
    CUSTOMER_ZIPCODE: [customer.zipcode],
    // The sandbox keeps none.
    USER_AGENT: [],
    BILLING_KEY: [info.billingKey],
    CHANNEL_GROUP_NAME: [info.channelGroup?.name],
  };
}
