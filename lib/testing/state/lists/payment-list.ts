import type { Sdk } from '../../../sdk.types.js';
import type { Input } from '../../http/input.js';
import type { KnownPayment } from '../payments/attempt.js';
import { cursorOf, readCursor } from './cursor.js';
import type { Desk } from '../desk.js';
import { readPage, readRange } from './numbered-page.js';
import { readFilter } from './payment-filter.js';

interface Listed {
  readonly desk: Desk;
  readonly payment: KnownPayment;
  readonly createdAtMs: number;
}

/** `GET /payments`: newest first, of all these stores. */
export function listByPage(desks: readonly Desk[], input: Input, nowMs: number): Sdk.Payment.GetPaymentsResponse {
  const { number, size } = readPage(input);
  const matches = matching(desks, input.optionalObject('filter'), nowMs);
  const items = matches.slice(number * size, (number + 1) * size);
  return {
    items: items.map(({ desk, payment }) => desk.payments.readListed(payment)),
    page: { number, size, totalCount: matches.length },
  };
}

function matching(desks: readonly Desk[], filter: Input | undefined, nowMs: number): Listed[] {
  const timestampType = filter?.optionalChoice('timestampType', ['CREATED_AT', 'STATUS_CHANGED_AT']);
  const sortBy = filter?.optionalChoice('sortBy', ['REQUESTED_AT', 'STATUS_CHANGED_AT']);
  const ascending = filter?.optionalChoice('sortOrder', ['ASC', 'DESC']) === 'ASC';
  const { from, until } = readRange(filter, nowMs);
  const passes = readFilter(filter);
  const matches: Listed[] = [];
  for (const desk of desks) {
    for (const { payment, createdAtMs } of desk.payments.listing()) {
      const at = timestampType === 'CREATED_AT' ? createdAtMs : Date.parse(payment.statusChangedAt);
      if (at >= from && at <= until && passes(payment, desk)) matches.push({ desk, payment, createdAtMs });
    }
  }
  const sortKey = ({ payment }: Listed) =>
    Date.parse(sortBy === 'STATUS_CHANGED_AT' ? payment.statusChangedAt : payment.requestedAt);
  // Stable, so payments of the same instant stay in the order of their creation, or its reverse.
  matches.sort((a, b) => sortKey(a) - sortKey(b));
  return ascending ? matches : matches.reverse();
}

/** `GET /payments-by-cursor`: by creation, oldest first. */
export function listByCursor(desk: Desk, input: Input, nowMs: number): Sdk.Payment.GetAllPaymentsByCursorResponse {
  const { after, size } = readCursor(input);
  const { from, until } = readRange(input, nowMs);
  const items: Sdk.Payment.PaymentWithCursor[] = [];
  let position = 0;
  for (const { payment, createdAtMs } of desk.payments.listing()) {
    position += 1;
    if (position > after && createdAtMs >= from && createdAtMs <= until) {
      items.push({ payment: desk.payments.readListed(payment), cursor: cursorOf(position) });
      if (items.length === size) break;
    }
  }
  return { items };
}
