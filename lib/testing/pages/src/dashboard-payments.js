import { h, money } from './dom.js';
import { button, details, status, time } from './dashboard-parts.js';
import { askCancel } from './dashboard-dialogs.js';

const DECLINED_CARD = '4111 1111 1111 1112';

/** A payment with what can be done to it now, its attempts and its cancellations. */
export function paymentRow({ payment, attempts }, act) {
  const { id: paymentId, orderName, amount, currency, updatedAt, cancellations = [] } = payment;
  const won = (value) => money(value, currency, 'en-US');
  const requested = cancellations.filter((one) => one.status === 'REQUESTED');
  const parts = [
    amount.cancelled > 0 && `${won(amount.cancelled)} cancelled`,
    amount.discount > 0 && `${won(amount.discount)} off`,
    payment.failure?.reason ?? payment.failure?.pgMessage,
    accountOf(payment),
  ].filter(Boolean);
  return h(
    'article.row.payment',
    {},
    h(
      'div.line',
      {},
      h(
        'div',
        {},
        h('p.main-text', {}, orderName),
        h('p.sub.mono', {}, paymentId),
        parts.length > 0 && h('p.sub', {}, parts.join(' · ')),
      ),
      h('div.amount', {}, won(amount.total)),
      h('div.state', {}, status(payment.status), time(updatedAt)),
      h('div.actions', {}, ...buttonsOf(payment, requested, act)),
    ),
    (attempts.length > 1 || cancellations.length > 0) &&
      details(
        paymentId,
        [count(attempts.length, 'attempt'), count(cancellations.length, 'cancellation')].filter(Boolean).join(', '),
        ...attempts.map((one) =>
          h('li', {}, status(one.status), h('span.mono', {}, one.transactionId), time(one.updatedAt)),
        ),
        ...cancellations.map((one) =>
          h('li', {}, status(one.status), h('span', {}, won(one.totalAmount)), h('span.sub', {}, one.reason)),
        ),
      ),
  );
}

function buttonsOf({ id: paymentId, status: state, amount }, requested, act) {
  const doing = (label, action, fields = {}, properties = {}) =>
    button(label, paymentId, () => act(action, { paymentId, ...fields }), properties);
  const cancel = button('Cancel', paymentId, () => askCancel(paymentId, (fields) => act('console/cancel', fields)), {
    className: 'danger',
  });
  const settle = requested.map(({ id: cancellationId }) => [
    doing('Settle cancel', 'provider/settle-cancellation', { cancellationId }),
    doing('Refuse cancel', 'provider/settle-cancellation', { cancellationId, as: 'FAILED' }),
  ]);
  const next = {
    READY: () => [
      doing('Pay', 'buyer/pay'),
      doing('Decline', 'buyer/pay', { card: DECLINED_CARD }),
      doing('Fail', 'buyer/fail'),
      doing('Close', 'buyer/close-window'),
    ],
    VIRTUAL_ACCOUNT_ISSUED: () => [doing('Deposit', 'buyer/deposit'), cancel],
    PAY_PENDING: () => [doing('Settle', 'provider/settle-payment')],
    PAID: () => [cancel],
    PARTIAL_CANCELLED: () => (amount.paid > amount.cancelled || requested.length === 0 ? [cancel] : []),
    FAILED: () => [doing('Succeed late', 'provider/succeed-late')],
  };
  return [...(next[state]?.() ?? []), ...settle.flat()];
}

function accountOf({ status: state, method }) {
  if (state !== 'VIRTUAL_ACCOUNT_ISSUED' || !method?.accountNumber) return undefined;
  return `Account ${method.bank ?? ''} ${method.accountNumber}`.replace(/ {2,}/g, ' ');
}

function count(number, what) {
  return number > 0 && `${number} ${what}${number === 1 ? '' : 's'}`;
}
