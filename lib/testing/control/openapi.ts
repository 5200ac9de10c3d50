import { VERSION } from '../../version.generated.js';
import type { Endpoint, Schema } from './endpoint.js';
import { object, STRING } from './schemas.js';

const STORE_ID = {
  name: 'storeId',
  in: 'query',
  schema: STRING,
  description: 'Which store; may be a field of the body instead. Absent: the first.',
};

const PROBLEM = object({ type: STRING, message: { ...STRING, description: 'Names the field.' } }, ['type', 'message']);

/** OpenAPI 3.1 of the controls. */
export function openApiOf(endpoints: readonly Endpoint[]) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const endpoint of endpoints) {
    const path = (paths[`/_sandbox/${endpoint.path}`] ??= {});
    path[endpoint.method.toLowerCase()] = operationOf(endpoint);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: "The sandbox's controls",
      version: VERSION,
      description:
        "What a PortOne sandbox has beside PortOne's API: what people do, the clock, faults, and what happened. Bodies are JSON, whatever the content type says. No secret is needed; only this machine is answered.",
    },
    paths,
    components: {
      schemas: { Problem: PROBLEM },
      securitySchemes: {
        apiSecret: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description: '`PortOne <API secret>`: the stores of this secret are meant. Absent: all of them.',
        },
      },
    },
  };
}

function operationOf({ method, path, summary, description, params, query, body, answer, ofStore, stream }: Endpoint) {
  const selects = ofStore !== false;
  const problem = (what: string) => ({
    description: what,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
  });
  return {
    operationId: `${method.toLowerCase()} ${path}`.replace(/[^a-z]+([a-z])?/gi, (_, next?: string) =>
      (next ?? '').toUpperCase(),
    ),
    tags: [path.split('/', 1)[0]],
    summary,
    ...(description !== undefined && { description }),
    ...(selects && { security: [{}, { apiSecret: [] }] }),
    parameters: [...parametersOf('path', params), ...parametersOf('query', query), ...(selects ? [STORE_ID] : [])],
    ...(body && { requestBody: { required: 'required' in body, content: { 'application/json': { schema: body } } } }),
    responses: {
      200: {
        description: stream ? 'The stream; each event carries this as JSON.' : 'Done.',
        content: { [stream ? 'text/event-stream' : 'application/json']: { schema: answer } },
      },
      '4XX': problem('Refused. `type` is PortOne’s where it would refuse the same, else it begins with `SANDBOX_`.'),
      '5XX': problem('`PG_PROVIDER`: the payment provider refuses. `SANDBOX_DEFECT`: a defect of the sandbox.'),
    },
  };
}

function parametersOf(place: 'path' | 'query', schemas: Readonly<Record<string, Schema>> = {}) {
  return Object.entries(schemas).map(([name, schema]) => ({
    name,
    in: place,
    ...(place === 'path' && { required: true }),
    schema,
  }));
}
