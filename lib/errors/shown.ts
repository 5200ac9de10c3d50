/** A value as a message shows it: a text in quotes, and a number as it reads, which JSON would make `null` of NaN. */
export function shown(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'nothing';
    case 'function':
      return 'a function';
    case 'string':
      return JSON.stringify(value);
    case 'bigint':
      return `${value}n`;
    case 'object':
      return value instanceof Date ? String(value) : shownObject(value);
    default:
      return String(value);
  }
}

function shownObject(value: object | null): string {
  try {
    return JSON.stringify(value);
  } catch {
    return 'an object';
  }
}
