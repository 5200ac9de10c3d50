import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Operation } from '../../lib/client/operation.js';

/** PortOne's OpenAPI description. Nothing depends on it: where it is not, answers are not held to it. */
const FILE = resolve('../shared/portone/openapi.json');

interface Schema {
  oneOf?: { $ref: string }[];
  properties?: Record<string, Record<string, unknown>>;
  discriminator?: { propertyName: string; mapping: Record<string, string> };
}

interface Description {
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema: object }> }> }>
  >;
  components: { schemas: Record<string, Schema> };
}

type Check = (value: unknown) => string[];

/** What does not fit the description in an answer of an operation: empty for one that fits. */
export type AnswerCheck = (operation: Operation, status: number, answer: unknown) => string[];

let loaded: AnswerCheck | undefined;

export const DESCRIPTION_IS_HERE = existsSync(FILE);

/** Reads the description, once. */
export function answerCheck(): AnswerCheck {
  return (loaded ??= load());
}

function load(): AnswerCheck {
  const description = JSON.parse(readFileSync(FILE, 'utf8')) as Description;
  const { schemas } = description.components;
  pinDiscriminators(schemas);
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  (addFormats as unknown as typeof addFormats.default)(ajv, ['date-time', 'date']);
  for (const format of ['int32', 'int64', 'binary']) ajv.addFormat(format, true);
  ajv.addSchema({ $id: 'portone', components: { schemas } });

  const checks = new Map<string, Check>();
  return (operation, status, answer) => {
    const key = `${operation.name} ${status}`;
    let check = checks.get(key);
    if (!check) checks.set(key, (check = compile(ajv, responseSchema(description, operation, status))));
    return check(answer);
  };
}

/** The description gives an object's `status` or `type` as any string; what it means is in the union's mapping. */
function pinDiscriminators(schemas: Record<string, Schema>): void {
  for (const { discriminator } of Object.values(schemas)) {
    for (const [value, ref] of Object.entries(discriminator?.mapping ?? {})) {
      const property = schemas[ref.split('/').pop() ?? '']?.properties?.[discriminator?.propertyName ?? ''];
      if (property) property.enum = [...new Set([...((property.enum as string[] | undefined) ?? []), value])];
    }
  }
}

function responseSchema({ paths }: Description, { method, path }: Operation, status: number): object | undefined {
  const pattern = path.map((part, index) => (index % 2 === 1 ? '{}' : part)).join('');
  const found = Object.entries(paths).find(
    ([name, methods]) => name.replaceAll(/\{\w+\}/g, '{}') === pattern && method.toLowerCase() in methods,
  );
  return found?.[1][method.toLowerCase()]?.responses[status]?.content?.['application/json']?.schema;
}

function compile(ajv: Ajv2020, schema: object | undefined): Check {
  if (!schema) return () => ['the description has no such answer'];
  const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"portone#/')) as object;
  const validate = ajv.compile(absolute);
  return (value) => {
    if (validate(value)) return [];
    const errors = validate.errors ?? [];
    // Of a union's members only the one that was meant says something: the rest fail by their discriminator.
    return errors.map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
  };
}
