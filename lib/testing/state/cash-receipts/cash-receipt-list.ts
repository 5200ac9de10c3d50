import type { Sdk } from '../../../sdk.types.js';
import type { Input } from '../../http/input.js';
import type { KnownCashReceipt } from './cash-receipts.js';
import { readChannelFilter } from '../lists/channel-filter.js';
import type { Desk } from '../desk.js';
import { numberedPage } from '../lists/numbered-page.js';

const TIMES = {
  ISSUED_AT: (receipt: KnownCashReceipt) => ('issuedAt' in receipt ? receipt.issuedAt : undefined),
  CANCELLED_AT: (receipt: KnownCashReceipt) => ('cancelledAt' in receipt ? receipt.cancelledAt : undefined),
  STATUS_UPDATED_AT: ({ statusUpdatedAt }: KnownCashReceipt) => statusUpdatedAt,
};

const FILTERS = [
  ...['storeId', 'timeRangeField', 'from', 'until', 'paymentId', 'isTest', 'orderName', 'statuses', 'isManual'],
  ...['pgReceiptId', 'pgMerchantId', 'pgProviders', 'pgCompanies', 'version', 'types'],
];

/** `GET /cash-receipts` over these stores. */
export function listCashReceipts(
  desks: readonly [Desk, ...Desk[]],
  input: Input,
): Sdk.Payment.CashReceipt.GetCashReceiptsResponse {
  const filter = input.optionalObject('filter');
  filter?.only(FILTERS);
  const range = filter?.optionalChoice('timeRangeField', Object.keys(TIMES) as (keyof typeof TIMES)[]);
  const all = desks.flatMap(({ cashReceipts }) => [...cashReceipts.receipts.listed()]);
  return numberedPage(all, input, desks[0].clock.nowMs(), {
    times: TIMES,
    rangeOf: TIMES[range ?? 'ISSUED_AT'],
    passes: readFilter(filter),
  });
}

function readFilter(filter: Input | undefined): (receipt: KnownCashReceipt) => boolean {
  const statuses: readonly string[] = filter?.optionalChoices('statuses', ['ISSUED', 'CANCELLED', 'FAILED']) ?? [];
  const types: readonly string[] = filter?.optionalChoices('types', ['PERSONAL', 'CORPORATE']) ?? [];
  const isManual = filter?.optionalBoolean('isManual');
  const ofChannel = readChannelFilter(filter);
  const texts = (['paymentId', 'orderName', 'pgReceiptId'] as const).map(
    (name) => [name, filter?.optionalString(name)] as const,
  );
  return (receipt) => {
    const { status, type = '', ...fields } = { type: undefined, pgReceiptId: undefined, ...receipt };
    return (
      // The filter's FAILED is ISSUE_FAILED in the receipt.
      (statuses.length === 0 || statuses.includes(status === 'ISSUE_FAILED' ? 'FAILED' : status)) &&
      (types.length === 0 || types.includes(type)) &&
      (isManual === undefined || receipt.isManual === isManual) &&
      texts.every(([name, text]) => text === undefined || fields[name] === text) &&
      ofChannel(receipt.channel)
    );
  };
}
