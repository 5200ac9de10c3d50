import { readFileSync } from 'node:fs';

export interface ErrorRow {
  type: string;
  schema: string;
  status: number;
  inSdk: boolean;
}

/** The 184 error types of PortOne's API description, as the generator reads them. */
export const ERROR_TABLE = JSON.parse(readFileSync('scripts/generate/error-status.json', 'utf8')) as ErrorRow[];
