import type { PaymentSyncStore, RefundJournal } from '../../../lib/index.js';
import type { SandboxExecution } from '../../../lib/testing/index.js';
import { REFUND_REASON } from './refund-desk.js';
import { stateOf, type Order, type SeenPayment } from './shop.js';

/** What went wrong, counted. */
export interface Faults {
  stateMismatches: number;
  doubleFulfilments: number;
  missedFulfilments: number;
  doubleCharges: number;
  doubleRefunds: number;
  overRefunds: number;
}

export const NO_FAULTS: Readonly<Faults> = {
  stateMismatches: 0,
  doubleFulfilments: 0,
  missedFulfilments: 0,
  doubleCharges: 0,
  doubleRefunds: 0,
  overRefunds: 0,
};

/** What PortOne has of an order in the end, and what the application's stores have. */
export interface Truth {
  readonly payments: readonly SeenPayment[];
  /** Every execution of the order's payments. */
  readonly executions: readonly SandboxExecution[];
  readonly syncStore: PaymentSyncStore;
  readonly journal: RefundJournal;
}

type Find = (kind: keyof Faults, what: string) => void;

/** Statuses of a payment whose money was taken. */
const PAID_ONCE = ['PAID', 'PARTIAL_CANCELLED', 'CANCELLED'];

/** Compares an order with what PortOne has of it. */
export async function audit(order: Order, truth: Truth, find: Find): Promise<void> {
  const owner = await truth.syncStore.ownerOf('', order.id);
  for (const payment of truth.payments) compareState(order, payment, owner, find);
  checkFulfilment(order, truth, find);
  for (const payment of truth.payments) await checkRefunds(order, payment, truth, find);
}

function matches(order: Order, { amount, currency }: SeenPayment): boolean {
  return amount.total === order.price && currency === 'KRW';
}

/** What the shop was told last must be what the payment is. */
function compareState(order: Order, payment: SeenPayment, owner: string | null, find: Find): void {
  const told = order.told.get(payment.id);
  const paidOnce = PAID_ONCE.includes(payment.status);
  const isToBeTold = paidOnce
    ? matches(order, payment) && (owner === payment.id || (owner === null && !order.lapsed))
    : owner === null || owner === payment.id;
  const state = stateOf(payment);
  if (isToBeTold && told !== state) find('stateMismatches', `${payment.id} is ${state}, and was told as ${told}`);
  if (paidOnce && owner !== payment.id && told?.startsWith('PA')) {
    if (!told.startsWith('PAY')) find('stateMismatches', `${payment.id} was told as ${told}, and is not the order's`);
  }
}

function checkFulfilment(order: Order, { payments, executions }: Truth, find: Find): void {
  const [first, ...more] = order.fulfilments;
  if (more.length > 0) find('doubleFulfilments', `${order.id} was fulfilled ${more.length + 1} times`);
  for (const { paymentId, total, currency } of order.fulfilments) {
    if (total !== order.price || currency !== 'KRW') {
      find('doubleFulfilments', `${order.id} (${order.price}) was fulfilled for ${total} ${currency} of ${paymentId}`);
    }
  }
  const keeping = payments.filter(({ id }) => keptOf(id, executions) > 0);
  const kept = keeping.reduce((sum, { id }) => sum + keptOf(id, executions), 0);
  const isOwn = (payment: SeenPayment) => matches(order, payment) && (!first || first.paymentId === payment.id);
  if (keeping.some(isOwn) && !first && !order.lapsed) find('missedFulfilments', `${order.id} was paid for nothing`);
  const charged = keeping.length > 1 || kept > order.price || !keeping.every(isOwn);
  if (charged || (keeping.length > 0 && !first && order.lapsed)) {
    find('doubleCharges', `${order.id} (${order.price}) keeps ${kept} of ${keeping.map(({ id }) => id).join(', ')}`);
  }
}

async function checkRefunds(order: Order, payment: SeenPayment, truth: Truth, find: Find): Promise<void> {
  const { id, cancellations = [] } = payment;
  const done = cancellations.filter(({ status, trigger }) => status === 'SUCCEEDED' && trigger === 'API');
  const jobs = order.refunds.filter(({ paymentId }) => paymentId === id);
  const asked = done.filter(({ reason }) => reason === REFUND_REASON);
  const ofAll = jobs.filter(({ amount }) => amount === undefined).length;
  const tooMany = [...new Set(asked.map(({ totalAmount }) => totalAmount))].some((amount) => {
    const ids = jobs.filter((job) => job.amount === amount).length;
    return asked.filter(({ totalAmount }) => totalAmount === amount).length > ids + ofAll;
  });
  if (asked.length > jobs.length || tooMany)
    find('doubleRefunds', `${id}: ${asked.length} refunds of ${jobs.length} ids`);
  if (done.length - asked.length > 1) find('doubleRefunds', `${id} was given back ${done.length - asked.length} times`);

  const [charged, refunded] = [sumOf('CHARGE', id, truth.executions), sumOf('CANCEL', id, truth.executions)];
  const wanted = ofAll > 0 ? charged : jobs.reduce((sum, { amount = 0 }) => sum + amount, 0);
  const given = asked.reduce((sum, { totalAmount }) => sum + totalAmount, 0);
  if (refunded > charged || given > wanted) {
    find('overRefunds', `${id} (${charged}): ${refunded} back, ${given} of them for refunds of ${wanted}`);
  }
  await compareJournal(order, payment, done.length, truth.journal, find);
}

/** The journal must know every refund, and its end. */
async function compareJournal(
  order: Order,
  { id }: SeenPayment,
  done: number,
  journal: RefundJournal,
  find: Find,
): Promise<void> {
  const records = await journal.ofPayment('', id);
  const succeeded = records.filter(({ state }) => state === 'SUCCEEDED');
  // Whoever asks again for one that was refused is told of what came of it all the same.
  const refused = records.filter(({ state }) => state === 'REFUSED');
  const missing = done - succeeded.length;
  if (missing < 0 || missing > refused.length)
    find('stateMismatches', `${id}: ${done} refunds, ${succeeded.length} in the journal`);
  for (const { refundId, state } of records) {
    if (state === 'OPEN' || state === 'REQUESTED') find('stateMismatches', `refund ${refundId} is ${state} for ever`);
  }
  for (const { refundId, paymentId, end, abandoned } of order.refunds) {
    if (paymentId !== id || abandoned) continue;
    const state = records.find((record) => record.refundId === refundId)?.state ?? 'REFUSED';
    if (end !== state) find('stateMismatches', `refund ${refundId} is ${state}, and the shop was told ${end}`);
  }
}

function keptOf(paymentId: string, executions: readonly SandboxExecution[]): number {
  return sumOf('CHARGE', paymentId, executions) - sumOf('CANCEL', paymentId, executions);
}

function sumOf(kind: 'CHARGE' | 'CANCEL', paymentId: string, executions: readonly SandboxExecution[]): number {
  return executions
    .filter((one) => one.kind === kind && one.paymentId === paymentId)
    .reduce((sum, { amount = 0 }) => sum + amount, 0);
}
