import { Buffer } from 'node:buffer';
import type { Sdk } from '../../sdk.types.js';
import type { Input } from '../http/input.js';
import type { KnownPayment, PaymentRecord } from './payments.js';

const DEFAULT_SIZE = 10;
const DAYS_90_MS = 90 * 86_400_000;
// PortOne's rule for numbered pages, and its largest page by cursor.
const LAST_ROW = 60_000;
const LARGEST_CURSOR_PAGE = 1000;

const STATUSES = ['READY', 'PENDING', 'VIRTUAL_ACCOUNT_ISSUED', 'PAID', 'FAILED', 'PARTIAL_CANCELLED', 'CANCELLED'];
const FILTERS = ['storeId', 'timestampType', 'from', 'until', 'status', 'isTest', 'currency', 'sortBy', 'sortOrder'];

interface Listed {
  readonly payment: KnownPayment;
  readonly createdAtMs: number;
}

/** `GET /payments`. A filter that is not honoured is refused. */
export function listByPage(
  records: Iterable<PaymentRecord>,
  input: Input,
  nowMs: number,
): Sdk.Payment.GetPaymentsResponse {
  const page = input.optionalObject('page');
  const number = page?.optionalInteger('number', 0) ?? 0;
  const size = page?.optionalInteger('size', 1) ?? DEFAULT_SIZE;
  if ((number + 1) * size > LAST_ROW) input.refuse('page', `must not reach behind row ${LAST_ROW}`);
  const matches = matching([...latest(records)], input.optionalObject('filter'), nowMs);
  const items = matches.slice(number * size, (number + 1) * size);
  return { items: items.map(({ payment }) => payment), page: { number, size, totalCount: matches.length } };
}

function matching(all: readonly Listed[], filter: Input | undefined, nowMs: number): Listed[] {
  filter?.only(FILTERS);
  const timestampType = filter?.optionalChoice('timestampType', ['CREATED_AT', 'STATUS_CHANGED_AT']);
  const sortBy = filter?.optionalChoice('sortBy', ['REQUESTED_AT', 'STATUS_CHANGED_AT']);
  const ascending = filter?.optionalChoice('sortOrder', ['ASC', 'DESC']) === 'ASC';
  const { from, until } = range(filter, nowMs);
  const statuses = filter?.optionalList('status') ?? [];
  if (!statuses.every((status) => STATUSES.includes(status as string))) {
    filter?.refuse('status', `must be a list of ${STATUSES.join(', ')}`);
  }
  const currency = filter?.optionalCurrency('currency');
  const isTest = filter?.optionalBoolean('isTest') ?? true;

  const matches = all.filter(({ payment, createdAtMs }) => {
    const at = timestampType === 'CREATED_AT' ? createdAtMs : Date.parse(payment.statusChangedAt);
    return (
      isTest && // every payment of a sandbox is
      at >= from &&
      at <= until &&
      (statuses.length === 0 || statuses.includes(payment.status)) &&
      (currency === undefined || payment.currency === currency)
    );
  });
  const sortKey = ({ payment }: Listed) =>
    Date.parse(sortBy === 'STATUS_CHANGED_AT' ? payment.statusChangedAt : payment.requestedAt);
  // Stable, so payments of the same instant stay in the order of their creation, or its reverse.
  matches.sort((a, b) => sortKey(a) - sortKey(b));
  return ascending ? matches : matches.reverse();
}

/** `GET /payments-by-cursor`: by creation, oldest first. */
export function listByCursor(
  records: Iterable<PaymentRecord>,
  input: Input,
  nowMs: number,
): Sdk.Payment.GetAllPaymentsByCursorResponse {
  const size = input.optionalInteger('size', 1) ?? DEFAULT_SIZE;
  if (size > LARGEST_CURSOR_PAGE) input.refuse('size', `must be at most ${LARGEST_CURSOR_PAGE}`);
  const { from, until } = range(input, nowMs);
  const after = readCursor(input);
  const items: Sdk.Payment.PaymentWithCursor[] = [];
  let position = 0;
  for (const { payment, createdAtMs } of latest(records)) {
    position += 1;
    if (position > after && createdAtMs >= from && createdAtMs <= until) {
      items.push({ payment, cursor: Buffer.from(String(position)).toString('base64url') });
      if (items.length === size) break;
    }
  }
  return { items };
}

/** @returns how many payments, counted from the first ever created, were listed before */
function readCursor(input: Input): number {
  const cursor = input.optionalString('cursor');
  if (cursor === undefined) return 0;
  const position = Buffer.from(cursor, 'base64url').toString();
  return /^\d{1,15}$/.test(position) ? Number(position) : input.refuse('cursor', 'is not one of an earlier answer');
}

function range(input: Input | undefined, nowMs: number) {
  const until = input?.optionalInstant('until') ?? nowMs;
  return { from: input?.optionalInstant('from') ?? until - DAYS_90_MS, until };
}

function* latest(records: Iterable<PaymentRecord>): Iterable<Listed> {
  for (const { attempts, createdAtMs } of records) {
    const payment = attempts.at(-1)?.payment;
    if (payment) yield { payment, createdAtMs };
  }
}
