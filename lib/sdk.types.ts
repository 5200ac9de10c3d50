/**
 * The one place that names the official SDK's types: by its root alone, type-only, and as an ES module also from
 * CommonJS. Written so, the declarations compile in `nodenext`, `node16` and `commonjs` projects alike.
 */
import type * as Sdk from '@portone/server-sdk' with { 'resolution-mode': 'import' };

export type { Sdk };
