// Calls every function of the official SDK once, with a recording fetch, and reads off where each option went.
import { readFileSync } from 'node:fs';
import { PortOneClient } from '@portone/server-sdk';

const BASE_URL = 'https://recorder.invalid';
// Survives percent-encoding and JSON as it is, and is no part of any literal path.
const marker = (option) => `~${option}~`;
const MARKER = /^~(\w+)~$/;
const INIT_STORE_ID = '~~storeId of the client~~';

/** One row for each of the SDK's operations, in the SDK's order. */
export async function recordOperations() {
  const areas = await loadAreas();
  const client = PortOneClient({ secret: 'recorder', baseUrl: BASE_URL, storeId: INIT_STORE_ID });
  const originalFetch = globalThis.fetch;
  try {
    const rows = [];
    for (const [name, call] of functionsOf(client)) rows.push(await recordOperation(name, call, areas));
    return rows;
  } finally {
    globalThis.fetch = originalFetch;
  }
}

/** The SDK's functions by dotted name: what is a function is an operation, what is an object is an area. */
export function functionsOf(client, prefix = '') {
  return Object.entries(client).flatMap(([key, value]) =>
    typeof value === 'function' ? [[prefix + key, value]] : functionsOf(value, `${prefix}${key}.`),
  );
}

async function recordOperation(name, call, areas) {
  const read = new Set();
  const { method, url, body: bodyText, answer } = await recordCall(call, markers(read));
  const query = [...url.searchParams.keys()];
  const inQuery = query.includes('requestBody');
  if (inQuery && query.pop() !== 'requestBody') throw new Error(`${name}: requestBody is not the last field.`);
  if (inQuery && bodyText !== undefined) throw new Error(`${name} has two bodies: the table has no word for that.`);
  const json = jsonOf(url, bodyText);

  const path = url.pathname.split(/~(\w+)~/).filter((part, i) => i === 0 || part !== '');
  for (const field of query) expectMarker(name, field, url.searchParams.get(field));
  for (const field of Object.keys(json ?? {})) expectMarker(name, field, json[field]);
  const placed = [...path.filter((_, i) => i % 2 === 1), ...query, ...Object.keys(json ?? {})];
  if (placed.length !== read.size || placed.some((option) => !read.has(option))) {
    throw new Error(`${name} reads [${[...read]}] but sends [${placed}].`);
  }

  const thrown = await errorOf(call);
  const errorFrom = areas.find(([, exported]) => exported[thrown.name] === thrown.constructor)?.[0];
  if (errorFrom === undefined) throw new Error(`${name}: no sub-path exports ${thrown.name}.`);
  return {
    name,
    method,
    path,
    ...(query.length > 0 && { query }),
    ...(json && { [inQuery ? 'requestBody' : 'body']: Object.keys(json) }),
    ...((await fillsStoreId(name, call)) && { fillsStoreId: true }),
    answer,
    error: thrown.name,
    errorFrom,
  };
}

/** Options that have every property that is asked for; spreading them would hide names, so that is refused. */
function markers(read, absent) {
  return new Proxy(
    {},
    {
      get(_, option) {
        read.add(option);
        return option === absent ? undefined : marker(option);
      },
      ownKeys() {
        throw new Error('The SDK spreads its options: the table has no word for that.');
      },
    },
  );
}

/** An option may only be sent as a field of its own name; the table has no word for a renamed one. */
function expectMarker(name, field, value) {
  if (MARKER.exec(value)?.[1] !== field) throw new Error(`${name}: ${field} is sent as ${JSON.stringify(value)}.`);
}

async function recordCall(call, options) {
  let recorded;
  let answer = 'none';
  globalThis.fetch = async (url, init) => {
    recorded = { method: init.method, url: new URL(url), body: init.body };
    return { ok: true, json: async () => void (answer = 'json'), text: async () => void (answer = 'text') };
  };
  await call(options);
  return { ...recorded, answer };
}

/** Whether the client's `storeId` is sent where the call has none, and that it only ever is in the JSON. */
async function fillsStoreId(name, call) {
  const { url, body } = await recordCall(call, markers(new Set(), 'storeId'));
  const inUrl =
    url.pathname.includes(encodeURI(INIT_STORE_ID)) || [...url.searchParams.values()].includes(INIT_STORE_ID);
  if (inUrl) throw new Error(`${name} fills in storeId outside of the JSON: the table has no word for that.`);
  return jsonOf(url, body)?.storeId === INIT_STORE_ID;
}

/** The JSON of a request, wherever it is carried. */
function jsonOf(url, body) {
  const text = url.searchParams.get('requestBody') ?? body;
  return text === undefined ? undefined : JSON.parse(text);
}

async function errorOf(call) {
  globalThis.fetch = async () => ({ ok: false, json: async () => ({ type: 'RECORDED' }) });
  return call(markers(new Set())).then(
    () => Promise.reject(new Error('An error answer was not thrown.')),
    (error) => error,
  );
}

/** The SDK's sub-paths that may hold error classes, and what each exports. */
async function loadAreas() {
  const root = new URL(import.meta.resolve('@portone/server-sdk'));
  const { exports } = JSON.parse(readFileSync(new URL('../package.json', root), 'utf8'));
  const names = Object.keys(exports).flatMap((path) => (path === '.' ? [] : [path.slice(2)]));
  return Promise.all(names.map(async (name) => [name, await import(`@portone/server-sdk/${name}`)]));
}
