import { call, post } from './api.js';
import { byId, h } from './dom.js';
import { billingKeyRow, identityRow, scheduleRow } from './dashboard-others.js';
import { deliveryRow } from './dashboard-deliveries.js';
import { askNewPayment, confirm } from './dashboard-dialogs.js';
import { paymentRow } from './dashboard-payments.js';

/** Changes come in bursts; the page asks once for all of them. */
const GATHER_MS = 100;

let storeId;
let waiting;
let asking = false;
let askAgain = false;

/** Does something to the sandbox, and says what went wrong. What it changed comes in by itself. */
async function act(path, body = {}, method = 'POST') {
  try {
    await call(method, path, { ...body, ...(storeId && { storeId }) });
    byId('notice').hidden = true;
  } catch (error) {
    byId('notice').textContent = `${path}: ${error.message}`;
    byId('notice').hidden = false;
  }
  refresh();
}

const SECTIONS = {
  payments: [paymentRow, 'No payments yet. They appear here as your application or a buyer makes them.'],
  deliveries: [deliveryRow, 'No webhook was sent yet.', 'deliveries'],
  schedules: [scheduleRow, 'None.'],
  billingKeys: [billingKeyRow, 'None.', 'billing-keys'],
  identityVerifications: [identityRow, 'None.', 'identities'],
};

function render(state) {
  for (const [name, [rowOf, nothing, id = name]] of Object.entries(SECTIONS)) {
    const list = byId(id);
    const open = new Set([...list.querySelectorAll('details[open]')].map(({ dataset }) => dataset.key));
    const focused = list.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    const rows = state[name].map((item) => rowOf(item, act));
    list.replaceChildren(...(rows.length > 0 ? rows : [h('p.empty', {}, nothing)]));
    for (const details of list.querySelectorAll('details')) details.open = open.has(details.dataset.key);
    if (focused) list.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
    const total = state.totals[name];
    byId(`${id}-count`).textContent = total > rows.length ? `${rows.length} of ${total}` : total || '';
  }
  const { clock, stores, webhookUrl } = state;
  byId('now').textContent = clock.now.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
  byId('now').dateTime = clock.now;
  byId('clock-mode').textContent = clock.mode === 'manual' ? 'Manual clock' : 'Clock follows real time';
  byId('advance').hidden = clock.mode !== 'manual';
  byId('webhook-url').textContent = webhookUrl
    ? `To ${webhookUrl}, unless a payment has notice URLs of its own.`
    : 'No webhook URL is set, so none are sent.';
  const picker = byId('store');
  picker.closest('label').hidden = stores.length < 2;
  picker.replaceChildren(...stores.map((id) => h('option', { value: id, selected: id === state.storeId }, id)));
}

/** Asks for the whole: never twice at once, and once more when something changed meanwhile. */
async function load() {
  if (asking) {
    askAgain = true;
    return;
  }
  asking = true;
  try {
    render(await call('GET', `state${storeId ? `?storeId=${encodeURIComponent(storeId)}` : ''}`));
  } catch {
    // The sandbox is gone; the stream says so, and when it is back.
  } finally {
    asking = false;
  }
  if (askAgain) {
    askAgain = false;
    refresh();
  }
}

function refresh() {
  waiting ??= setTimeout(() => {
    waiting = undefined;
    void load();
  }, GATHER_MS);
}

function showLive(isLive) {
  byId('live').textContent = isLive ? 'Live' : 'Not connected';
  byId('live').classList.toggle('on', isLive);
}

const changes = new EventSource('/_sandbox/events');
changes.addEventListener('open', () => {
  showLive(true);
  void load();
});
changes.addEventListener('error', () => showLive(false));
changes.addEventListener('change', refresh);

byId('store').addEventListener('change', ({ target }) => {
  storeId = target.value;
  void load();
});
byId('advance').addEventListener('submit', (event) => {
  event.preventDefault();
  // The whole sandbox has one clock.
  post('clock/advance', { [byId('unit').value]: Number(byId('amount').value) }).then(refresh, ({ message }) => {
    byId('notice').textContent = message;
    byId('notice').hidden = false;
  });
});
byId('new-payment').addEventListener('click', () => askNewPayment((order) => act('buyer/pay', order)));
byId('reset').addEventListener('click', () =>
  confirm('Reset the sandbox?', 'Payments, billing keys, faults and deliveries are forgotten.', 'Reset', () =>
    act('reset'),
  ),
);
