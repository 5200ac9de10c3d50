import type { Sdk } from '../../../sdk.types.js';
import type { Input } from '../../http/input.js';
import { readChannelFilter } from '../lists/channel-filter.js';
import type { Desk } from '../desk.js';
import { OPERATORS, personOf, type Person } from './identity-person.js';
import type { IdentityRecord } from './identity-verifications.js';
import { numberedPage } from '../lists/numbered-page.js';

type Filter = (record: IdentityRecord) => boolean;

const TIMES = {
  REQUESTED_AT: ({ shown }: IdentityRecord) => shown.requestedAt,
  VERIFIED_AT: ({ shown }: IdentityRecord) => (shown.status === 'VERIFIED' ? shown.verifiedAt : undefined),
  FAILED_AT: ({ shown }: IdentityRecord) => (shown.status === 'FAILED' ? shown.statusChangedAt : undefined),
  STATUS_UPDATED_AT: ({ shown }: IdentityRecord) => shown.statusChangedAt,
};

const FILTERS = [
  ...['storeId', 'timeRangeField', 'from', 'until', 'identityVerificationId', 'identityVerificationTxId', 'isTest'],
  ...['statuses', 'pgTxId', 'pgMerchantId', 'pgProviders', 'pgCompanies', 'carriers', 'version', 'customer'],
];

/** `GET /identity-verifications` over these stores. */
export function listIdentityVerifications(
  desks: readonly [Desk, ...Desk[]],
  input: Input,
): Sdk.IdentityVerification.GetIdentityVerificationsResponse {
  const filter = input.optionalObject('filter');
  filter?.only(FILTERS);
  const range = filter?.optionalChoice('timeRangeField', Object.keys(TIMES) as (keyof typeof TIMES)[]);
  const filters = [readPlainFilters(filter), readCustomerFilter(filter?.optionalObject('customer'))];
  const all = desks.flatMap(({ identityVerifications }) => [...identityVerifications.records.listed()]);
  const { items, page } = numberedPage(all, input, desks[0].clock.nowMs(), {
    times: TIMES,
    rangeOf: TIMES[range ?? 'REQUESTED_AT'],
    passes: (record) => filters.every((passes) => passes(record)),
  });
  return { items: items.map(({ shown }) => shown), page };
}

function readPlainFilters(filter: Input | undefined): Filter {
  const id = filter?.optionalString('identityVerificationId');
  const txId = filter?.optionalString('identityVerificationTxId');
  const pgTxId = filter?.optionalString('pgTxId');
  const statuses: readonly string[] = filter?.optionalChoices('statuses', ['READY', 'VERIFIED', 'FAILED']) ?? [];
  const carriers: readonly string[] = filter?.optionalChoices('carriers', OPERATORS) ?? [];
  const ofChannel = readChannelFilter(filter);
  return (record) =>
    (id === undefined || record.shown.id === id) &&
    (txId === undefined || record.txId === txId) &&
    (pgTxId === undefined || record.shown.pgTxId === pgTxId) &&
    (statuses.length === 0 || statuses.includes(record.shown.status)) &&
    (carriers.length === 0 || carriers.includes(whoIs(record).operator ?? '')) &&
    ofChannel(record.shown.channel);
}

function readCustomerFilter(filter: Input | undefined): Filter {
  filter?.only(['name', 'birthYear', 'birthMonth', 'birthDay', 'phoneNumber', 'gender']);
  const wanted = {
    name: filter?.optionalString('name'),
    phoneNumber: filter?.optionalString('phoneNumber'),
    gender: filter?.optionalChoice('gender', ['MALE', 'FEMALE', 'OTHER']),
  };
  const parts = ['birthYear', 'birthMonth', 'birthDay'].map((part) => filter?.optionalString(part));
  return (record) => {
    const who = whoIs(record);
    const born = who.birthDate?.split('-') ?? [];
    return (
      (wanted.name === undefined || who.name === wanted.name) &&
      (wanted.phoneNumber === undefined || who.phoneNumber === wanted.phoneNumber) &&
      (wanted.gender === undefined || who.gender === wanted.gender) &&
      parts.every((part, index) => part === undefined || Number(born[index]) === Number(part))
    );
  };
}

/** The one who was verified, as far as the provider told; before that, the one who was asked for. */
function whoIs({ shown, request }: IdentityRecord): { readonly [F in keyof Person]?: string | boolean } & {
  readonly birthDate?: string;
  readonly operator?: string;
} {
  if (shown.status === 'VERIFIED') return shown.verifiedCustomer;
  const { name, phoneNumber, birthYear } = shown.requestedCustomer;
  return {
    ...request.person,
    ...(name !== undefined && { name }),
    ...(phoneNumber !== undefined && { phoneNumber }),
    ...(birthYear !== undefined && { birthDate: personOf(shown.requestedCustomer).birthDate }),
  };
}
