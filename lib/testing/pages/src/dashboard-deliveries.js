import { h } from './dom.js';
import { button, status, time } from './dashboard-parts.js';

/** One attempt to deliver a webhook, with its answer. */
export function deliveryRow({ webhookId, type, paymentId, billingKey, url, attempt, at, ...answer }, act) {
  const key = `${webhookId} ${attempt} ${at}`;
  const resend = () => act('console/resend-webhook', { paymentId, webhookId });
  return h(
    'article.row.delivery',
    {},
    h(
      'div.line',
      {},
      h('div', {}, time(at), attempt > 1 && h('p.sub', {}, `attempt ${attempt}`)),
      h('div', {}, h('p.main-text', {}, type), h('p.sub.mono', {}, paymentId ?? billingKey ?? '')),
      h('div', {}, h('p.sub.mono', { title: webhookId }, webhookId), h('p.sub', {}, url)),
      h('div', {}, answerOf(answer)),
      h('div.actions', {}, paymentId !== undefined && button('Re-send', key, resend)),
    ),
  );
}

function answerOf({ status: code, error }) {
  if (code !== undefined) {
    const badge = status(String(code));
    badge.classList.add(code >= 200 && code < 300 ? 'good' : 'bad');
    return badge;
  }
  if (error === undefined) return status('PENDING');
  return h('span', {}, status('FAILED'), ' ', h('span.sub', {}, error));
}
