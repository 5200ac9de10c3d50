import { byId, h } from './dom.js';

/** Test cards, and what becomes of them. */
const CARDS = [
  { number: '4111 1111 1111 1111', note: '승인' },
  { number: '5555 5555 5555 4444', note: '승인' },
  { number: '4111 1111 1111 1112', note: '거절' },
];

/** What the closing button and the Escape key do now. */
export const leaving = { by: () => undefined };

/** Puts these in place of what the window shows. */
export function show(title, ...children) {
  document.title = `${title} · PortOne sandbox`;
  byId('title').textContent = title;
  byId('content').replaceChildren(...children.filter(Boolean));
}

/** @param {'good' | 'bad' | 'calm'} tone */
export function message(tone, text) {
  return h(`p.message.${tone}`, { role: tone === 'bad' ? 'alert' : 'status' }, text);
}

/** Radio buttons. @param {readonly { value: string, label: string, note?: string }[]} options */
export function choices(legend, name, options, { tiles = false, checked = options[0]?.value, onchange } = {}) {
  const rows = options.map(({ value, label, note, tone }) =>
    h(
      'label.choice',
      {},
      h('input', { type: 'radio', name, value, checked: value === checked, onchange: () => onchange?.(value) }),
      h('span', {}, label),
      note && h(`span.note.${tone}`, {}, note),
    ),
  );
  return h('fieldset', {}, h('legend', {}, legend), h(`div.choices${tiles ? '.tiles' : ''}`, {}, ...rows));
}

export function field(label, properties) {
  return h('label.field', {}, h('span', {}, label), h('input', { type: 'text', autocomplete: 'off', ...properties }));
}

export function select(label, name, options) {
  const items = Object.entries(options).map(([value, text]) => h('option', { value }, text));
  return h('label.field', {}, h('span', {}, label), h('select', { name }, ...items));
}

export function phoneField({ customer }) {
  return field('휴대폰 번호', { name: 'phoneNumber', type: 'tel', value: customer?.phoneNumber ?? '01012345678' });
}

/** The test cards, and a field for any other. */
export function cardFields() {
  const other = field('카드 번호', { name: 'otherCard', inputMode: 'numeric', placeholder: '0000 0000 0000 0000' });
  other.hidden = true;
  const options = CARDS.map(({ number, note }) => ({
    value: number,
    label: number,
    note,
    tone: note === '거절' ? 'bad' : 'good',
  }));
  const all = [...options, { value: '', label: '다른 카드 번호 입력' }];
  const onchange = (value) => {
    other.hidden = value !== '';
    if (!other.hidden) other.querySelector('input').focus();
  };
  return h('div.stack', {}, choices('테스트 카드', 'card', all, { onchange }), other);
}

/** The chosen number, of a form that has {@link cardFields}. */
export function cardOf(data) {
  return data.get('card') || data.get('otherCard') || ' ';
}

/** A tick for what a shop's server has to do itself. */
export function manualApproval(what) {
  return h(
    'details',
    {},
    h('summary', {}, '테스트 옵션'),
    h('label.tick', {}, h('input', { type: 'checkbox', name: 'manual' }), h('span', {}, `수동 승인: ${what}`)),
  );
}

/** A form whose buttons are still while it works, and that shows what went wrong in it. */
export function form(children, label, onsubmit) {
  const problem = message('bad', '');
  problem.hidden = true;
  const submit = h('button.primary', { type: 'submit' }, label);
  const actions = h('div.actions', {}, submit);
  const element = h('form.stack', { noValidate: true }, ...children, problem, actions);
  const run = async (work) => {
    problem.hidden = true;
    const buttons = [...element.querySelectorAll('button')];
    for (const button of buttons) button.disabled = true;
    try {
      await work();
    } catch (error) {
      problem.textContent = /^card /.test(error.message) ? '카드 번호를 확인해 주세요.' : error.message;
      problem.hidden = false;
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  };
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    void run(() => onsubmit(new FormData(element)));
  });
  /** Another button, for what else can become of it. */
  const add = (text, work) => actions.append(h('button', { type: 'button', onclick: () => void run(work) }, text));
  return { element, add };
}

/** What is bought, or registered. */
export function order(name, headline, id) {
  return h(
    'div.order',
    {},
    h('span.name', {}, name),
    h('span.amount', {}, headline),
    id !== undefined && h('span.id', {}, id),
  );
}

/** Nothing was begun: the shop's page is told at once, unless it is gone; then a person reads why, and goes back. */
export function cannotOpen({ mode, answer }, error, fields) {
  const leave = () => answer(fields, { started: false });
  if (mode === 'redirect')
    finish({ title: '창을 열 수 없습니다', text: error.message, tone: 'bad', label: '돌아가기' }, leave);
  else leave();
  return leave;
}

/** The end of it, with the answer that the shop gets when the person has read it. */
export function finish({ title, text, facts = {}, tone, label = '확인' }, onclick) {
  const rows = Object.entries(facts).flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]);
  const confirm = h('button.primary', { type: 'button', onclick }, label);
  leaving.by = onclick;
  show(
    title,
    h(
      'div.result',
      {},
      h(`span.sign.${tone}`, { 'aria-hidden': 'true' }, tone === 'good' ? '✓' : '!'),
      h('p', { role: tone === 'bad' ? 'alert' : 'status' }, text),
    ),
    rows.length > 0 && h('dl.facts', {}, ...rows),
    h('div.actions', {}, confirm),
  );
  confirm.focus();
}
