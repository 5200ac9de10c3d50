import { Buffer } from 'node:buffer';
import type { Input } from '../../http/input.js';

const DEFAULT_SIZE = 10;
/** PortOne's largest page by cursor. */
const LARGEST_SIZE = 1000;

/** The cursor of what has this number; a page begins behind its cursor. */
export function cursorOf(number: number): string {
  return Buffer.from(String(number)).toString('base64url');
}

/** @returns the number of what was listed last, 0 on the first page */
export function readCursor(input: Input): { after: number; size: number } {
  const size = input.optionalInteger('size', 1) ?? DEFAULT_SIZE;
  if (size > LARGEST_SIZE) input.refuse('size', `must be at most ${LARGEST_SIZE}`);
  const cursor = input.optionalString('cursor');
  if (cursor === undefined) return { after: 0, size };
  const number = Buffer.from(cursor, 'base64url').toString();
  return {
    after: /^\d{1,15}$/.test(number) ? Number(number) : input.refuse('cursor', 'is not one of an earlier answer'),
    size,
  };
}
