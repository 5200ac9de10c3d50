import type { Operation } from '../../client/operation.js';
import { OPERATIONS } from '../../client/operations.generated.js';
import { Refusal } from './refusal.js';
import type { Route } from '../routes/route.js';

/** The operation that a request means. */
export interface Match {
  readonly operation: Operation;
  readonly params: Readonly<Record<string, string>>;
  /** Absent for an operation that the sandbox does not have. */
  readonly run: Route['run'] | undefined;
}

/** Finds operations by the same table that our client sends by. */
export class Router {
  readonly #rows: readonly { operation: Operation; segments: readonly string[]; run: Route['run'] | undefined }[];

  constructor(routes: readonly Route[]) {
    const runs = new Map(routes.map(({ operation, run }) => [operation, run]));
    // In any order: no two operations fit one request.
    this.#rows = OPERATIONS.map((operation) => ({
      operation,
      segments: segmentsOf(operation),
      run: runs.get(operation.name),
    }));
  }

  /** The methods that the path can be asked with. */
  methodsOf(pathname: string): string[] {
    const given = pathname.split('/');
    return this.#rows.filter(({ segments }) => matchSegments(segments, given)).map(({ operation }) => operation.method);
  }

  match(method: string, pathname: string): Match | undefined {
    const given = pathname.split('/');
    for (const { operation, segments, run } of this.#rows) {
      if (operation.method !== method) continue;
      const params = matchSegments(segments, given);
      if (params) return { operation, params, run };
    }
    return undefined;
  }
}

/** `:name` for a parameter, else the text itself. */
function segmentsOf({ path }: Operation): readonly string[] {
  return path
    .map((part, index) => (index % 2 === 1 ? `:${part}` : part))
    .join('')
    .split('/');
}

function matchSegments(segments: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  if (segments.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const text = given[index] ?? '';
    if (segment.startsWith(':') && text !== '') params[segment.slice(1)] = decode(text);
    else if (segment !== text) return undefined;
  }
  return params;
}

/** @throws Refusal for what is not percent-encoded UTF-8 */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal('INVALID_REQUEST', { message: `The URL holds ${text}, which is not percent-encoded.` });
  }
}
