import { byId, h } from './dom.js';

function ask(title, fields, label, onsubmit, className = 'primary') {
  const dialog = byId('dialog');
  const form = h(
    'form',
    { method: 'dialog' },
    h('h2', { id: 'dialog-title' }, title),
    ...fields,
    h(
      'div.buttons',
      {},
      h('button', { type: 'button', onclick: () => dialog.close() }, 'Back'),
      h('button', { type: 'submit', className }, label),
    ),
  );
  form.addEventListener('submit', () => onsubmit(new FormData(form)));
  dialog.replaceChildren(form);
  dialog.showModal();
}

function field(label, name, properties) {
  return h('label', {}, h('span', {}, label), h('input', { type: 'text', name, required: true, ...properties }));
}

function choice(label, name, options) {
  const items = Object.entries(options).map(([value, text]) => h('option', { value }, text));
  return h('label', {}, h('span', {}, label), h('select', { name }, ...items));
}

export function confirm(title, text, label, onconfirm) {
  ask(title, [h('p.quiet', {}, text)], label, onconfirm, 'danger');
}

/** What a buyer would do in the payment window, all at once. */
export function askNewPayment(onorder) {
  const id = `payment-${Date.now().toString(36)}`;
  const fields = [
    field('Payment id', 'paymentId', { value: id }),
    field('Order name', 'orderName', { value: 'A test order' }),
    field('Amount', 'totalAmount', { type: 'number', min: 1, step: 1, value: 10000 }),
    choice('Paid with', 'with', {
      '4111 1111 1111 1111': 'Card 4111 … 1111, approved',
      '4111 1111 1111 1112': 'Card 4111 … 1112, declined',
      VIRTUAL_ACCOUNT: 'Virtual account',
      TRANSFER: 'Bank transfer',
      EASY_PAY: 'Easy pay',
      MOBILE: 'Mobile',
    }),
  ];
  ask('New payment', fields, 'Pay', (data) => {
    const means = data.get('with');
    onorder({
      paymentId: data.get('paymentId'),
      orderName: data.get('orderName'),
      totalAmount: Number(data.get('totalAmount')),
      ...(/^\d/.test(means) ? { card: means } : { payMethod: means }),
    });
  });
}

export function askCancel(paymentId, oncancel) {
  const fields = [
    h('p.quiet.mono', {}, paymentId),
    field('Amount (empty: all that is left)', 'amount', { type: 'number', min: 1, step: 1, required: false }),
    field('Reason', 'reason', { value: 'Cancelled on the dashboard' }),
  ];
  ask(
    'Cancel the payment',
    fields,
    'Cancel it',
    (data) => {
      const amount = Number(data.get('amount'));
      oncancel({ paymentId, reason: data.get('reason'), ...(amount > 0 && { amount }) });
    },
    'danger',
  );
}
