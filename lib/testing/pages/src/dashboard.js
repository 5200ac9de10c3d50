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
let ticking;

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

/** The rows of each list as they stand, by what they show. */
const drawn = new Map();

/** Leaves rows alone that show what they did: a person may be about to press one of their buttons. */
function draw(list, items, rowOf) {
  const before = drawn.get(list) ?? new Map();
  const rows = new Map();
  for (const item of items) {
    let key = JSON.stringify(item);
    while (rows.has(key)) key += ' again';
    rows.set(key, before.get(key) ?? rowOf(item, act));
  }
  drawn.set(list, rows);
  const open = new Set([...list.querySelectorAll('details[open]')].map(({ dataset }) => dataset.key));
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  const kept = new Set(rows.values());
  for (const child of [...list.children]) if (!kept.has(child)) child.remove();
  let next = list.firstChild;
  for (const row of kept) {
    if (row === next) next = next.nextSibling;
    else list.insertBefore(row, next);
  }
  for (const details of list.querySelectorAll('details')) details.open = open.has(details.dataset.key);
  if (focused && !list.contains(document.activeElement)) {
    list.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }
}

function showTime(now) {
  byId('now').textContent = now.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
  byId('now').dateTime = now;
}

function render(state) {
  for (const [name, [rowOf, nothing, id = name]] of Object.entries(SECTIONS)) {
    const items = state[name];
    draw(byId(id), items, rowOf);
    if (items.length === 0) byId(id).append(h('p.empty', {}, nothing));
    const total = state.totals[name];
    byId(`${id}-count`).textContent = total > items.length ? `${items.length} of ${total}` : total || '';
  }
  const { clock, stores, webhookUrl } = state;
  showTime(clock.now);
  clearInterval(ticking);
  if (clock.mode === 'real') ticking = setInterval(() => showTime(new Date().toISOString()), 1000);
  byId('clock-mode').textContent = clock.mode === 'manual' ? 'Manual clock' : 'Clock follows real time';
  byId('advance').hidden = clock.mode !== 'manual';
  byId('webhook-url').textContent = webhookUrl
    ? `To ${webhookUrl}, unless a payment has notice URLs of its own.`
    : 'No webhook URL is set, so none are sent.';
  const picker = byId('store');
  picker.closest('label').hidden = stores.length < 2;
  if (picker.childElementCount !== stores.length) {
    picker.replaceChildren(...stores.map((id) => h('option', { value: id, selected: id === state.storeId }, id)));
  }
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
