import { h, money } from './dom.js';
import { status, time } from './dashboard-parts.js';

function row(title, sub, state, ...rest) {
  return h(
    'article.row',
    {},
    h('div.line.spread', {}, h('p.main-text', {}, title), status(state)),
    h('p.sub.mono', {}, sub),
    ...rest,
  );
}

export function scheduleRow({ orderName, paymentId, status: state, timeToPay, totalAmount, currency }) {
  const due = h('p.sub', {}, `${money(totalAmount, currency, 'en-US')} · due `, time(timeToPay));
  return row(orderName, paymentId, state, due);
}

export function billingKeyRow({ billingKey, status: state, methods = [], issuedAt, deletedAt }) {
  const [method] = methods;
  const card = method?.card ?? method?.method?.card;
  const title =
    card?.number ?? method?.phoneNumber ?? (method?.type ?? 'Billing key').replace('BillingKeyPaymentMethod', '');
  return row(title, billingKey, state, time(deletedAt ?? issuedAt));
}

export function identityRow({ id, status: state, requestedCustomer, verifiedCustomer, requestedAt }) {
  const name = verifiedCustomer?.name ?? requestedCustomer?.name ?? 'Somebody';
  return row(name, id, state, requestedAt && time(requestedAt));
}
