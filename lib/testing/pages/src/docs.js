import { call } from './api.js';
import { byId, h } from './dom.js';

const { info, paths } = await call('GET', 'openapi.json');
byId('title').textContent = info.title;
byId('description').append(...withCode(info.description));

const groups = new Map();
for (const [path, operations] of Object.entries(paths)) {
  for (const [method, operation] of Object.entries(operations)) {
    const [group] = operation.tags;
    groups.set(group, [...(groups.get(group) ?? []), describe(method, path, operation)]);
  }
}
byId('operations').replaceChildren(
  ...[...groups].map(([group, operations]) => h('section', {}, h('h2', {}, group), ...operations)),
);

function describe(method, path, { summary, description, parameters, requestBody, responses }) {
  const body = requestBody?.content['application/json'].schema;
  const [answer] = Object.values(responses[200].content);
  return h(
    'details',
    {},
    h(
      'summary',
      {},
      h('span.method', {}, method.toUpperCase()),
      h('code.path', {}, path),
      h('span.quiet', {}, ...withCode(summary)),
    ),
    h(
      'div.body',
      {},
      description && h('p', {}, ...withCode(description)),
      ...fields('Parameters', Object.fromEntries(parameters.map((one) => [one.name, { ...one.schema, ...one }])), {}),
      ...fields('Body', body?.properties, body),
      ...(body?.oneOf ? fields('One of', Object.fromEntries(body.oneOf.map((one) => [one.title, one])), {}) : []),
      ...fields('Answer', answer.schema.properties, answer.schema),
    ),
  );
}

function fields(title, properties = {}, { required = [] } = {}) {
  const rows = Object.entries(properties).flatMap(([name, schema]) => [
    h('dt', {}, h('code', {}, name), required.includes(name) && h('span.quiet', {}, ' required')),
    h('dd.quiet', {}, ...withCode([typeOf(schema), schema.description].filter(Boolean).join('. '))),
  ]);
  return rows.length > 0 ? [h('h3', {}, title), h('dl', {}, ...rows)] : [];
}

function typeOf({ type, enum: choices, items, default: byDefault, oneOf, title }) {
  const one = choices?.join(' | ') ?? (items ? `list of ${typeOf(items) || 'any'}` : undefined);
  const text = one ?? [type].flat().filter(Boolean).join(' or ') ?? '';
  if (title || oneOf) return '';
  return byDefault === undefined ? text : `${text}, default ${byDefault}`;
}

/** Text in backticks is code. */
function withCode(text) {
  return text.split('`').map((part, index) => (index % 2 === 1 ? h('code', {}, part) : part));
}
