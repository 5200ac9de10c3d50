import { existsSync, readFileSync } from 'node:fs';
import { DESCRIBED_ERROR_STATUS } from '../../lib/errors/error-status.generated.js';
import { OPERATIONS } from '../../lib/client/operations.generated.js';
import { ERRORS } from '../e2e/sandbox/errors/table.js';

const PAGE = readFileSync('docs/sandbox.md', 'utf8').split('## Operations, states, errors')[1] ?? '';
const OPERATION_ROWS = [...PAGE.matchAll(/^\| `(\w+\.[\w.]+)`(¹?) \| (.+) \| (.+) \|$/gm)];
const ERROR_ROWS = [...PAGE.matchAll(/^\| `([A-Z_]+)` \| (\d+) \| (.+) \|$/gm)];

/** Operation and error types, in an order of their own. */
type Table = Record<string, string[]>;

const provoked: Table = tableOf(Object.entries(ERRORS).map(([operation, { rows }]) => [operation, Object.keys(rows)]));
const documented: Table = tableOf(
  OPERATION_ROWS.map(([, operation = '', mark, , errors = '']) => [
    operation,
    [
      ...['INVALID_REQUEST', 'UNAUTHORIZED', ...(mark === '' ? ['FORBIDDEN'] : [])],
      ...(errors.match(/[A-Z_]{2,}/g) ?? []),
    ],
  ]),
);

function tableOf(rows: [string, string[]][]): Table {
  return Object.fromEntries(rows.map(([operation, errors]) => [operation, errors.sort()] as const).sort());
}

it("the documentation's table is what the tests provoke", () => {
  expect(documented).toEqual(provoked);
  expect(OPERATION_ROWS.every(([, , , states = '']) => states.trim() !== '')).toBe(true);
});

it('has every operation of the four areas, once', () => {
  const names = OPERATIONS.map(({ name }) => name).filter((name) =>
    /^(auth|payment|identityVerification|pgSpecific)\./.test(name),
  );
  expect(OPERATION_ROWS.map(([, operation]) => operation).sort()).toEqual(names.sort());
});

it('says the status of each error, once', () => {
  const types = [...new Set(Object.values(provoked).flat())].sort();
  expect(ERROR_ROWS.map(([, type, status]) => [type, Number(status)]).sort()).toEqual(
    types.map((type) => [type, DESCRIBED_ERROR_STATUS[type as keyof typeof DESCRIBED_ERROR_STATUS]]),
  );
});

interface Schema {
  readonly $ref?: string;
  readonly discriminator?: { readonly mapping: Readonly<Record<string, string>> };
}
interface Description {
  readonly paths: Record<string, Record<string, { responses: Record<string, Answer> }>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}
interface Answer {
  readonly content?: Record<string, { schema: Schema }>;
}

const DESCRIPTION = '../shared/portone/openapi.json';

const isHere = existsSync(DESCRIPTION);
(isHere ? it : it.skip)(`is what PortOne's description lists${isHere ? '' : ' (skipped: it is not here)'}`, () => {
  const { paths, components } = JSON.parse(readFileSync(DESCRIPTION, 'utf8')) as Description;
  const errorsOf = ({ $ref, discriminator }: Schema): string[] =>
    $ref ? errorsOf(components.schemas[$ref.split('/').at(-1) ?? ''] ?? {}) : Object.keys(discriminator?.mapping ?? {});
  const described = OPERATIONS.filter(({ name }) => name in provoked).map(({ name, method, path }) => {
    const template = path.map((part, index) => (index % 2 === 1 ? `{${part}}` : part)).join('');
    const responses = Object.entries(paths[template]?.[method.toLowerCase()]?.responses ?? {});
    const answers = responses.filter(([status]) => status !== '200').map(([, answer]) => answer);
    const schemas = answers.flatMap(({ content = {} }) => Object.values(content).map(({ schema }) => schema));
    return [name, [...new Set(schemas.flatMap(errorsOf))]] as [string, string[]];
  });
  expect(tableOf(described)).toEqual(provoked);
});
