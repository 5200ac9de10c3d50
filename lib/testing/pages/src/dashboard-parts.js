import { h } from './dom.js';

const TONES = {
  good: ['PAID', 'ISSUED', 'VERIFIED', 'SUCCEEDED', 'SCHEDULED'],
  bad: ['FAILED', 'DELETED', 'REVOKED'],
  wait: ['READY', 'VIRTUAL_ACCOUNT_ISSUED', 'PAY_PENDING', 'REQUESTED', 'STARTED', 'PENDING'],
};
const WORDS = { VIRTUAL_ACCOUNT_ISSUED: 'AWAITS DEPOSIT', PARTIAL_CANCELLED: 'PART CANCELLED' };

export function status(value) {
  const tone = Object.keys(TONES).find((name) => TONES[name].includes(value));
  const text = WORDS[value] ?? value.replaceAll('_', ' ');
  return h(`span.status${tone ? `.${tone}` : ''}`, { title: value }, text);
}

/** Of the sandbox's clock. */
export function time(instant) {
  const text = String(instant)
    .replace('T', ' ')
    .replace(/(\.\d+)?Z$/, '');
  return h('time.sub', { dateTime: instant, title: `${text} UTC` }, text.slice(5));
}

/** @param {string} key - tells it from every other button of the page, so that it keeps the focus when rows are redrawn */
export function button(label, key, onclick, properties = {}) {
  const element = h('button', { type: 'button', onclick, ...properties }, label);
  element.dataset.key = `${label} ${key}`;
  return element;
}

export function details(key, summary, ...items) {
  const element = h('details.details', {}, h('summary', {}, summary), h('ul', {}, ...items));
  element.dataset.key = key;
  return element;
}
