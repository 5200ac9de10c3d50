import { Refusal } from './refusal.js';

export type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the fields of a JSON object and refuses what does not fit with `INVALID_REQUEST` and a message that names the
 * field. `null` counts as absent. Fields that nobody asks for are ignored, as PortOne ignores them.
 */
export class Input {
  constructor(
    private readonly fields: Fields,
    private readonly path = '',
  ) {}

  string(name: string): string {
    return this.#required(name, this.optionalString(name));
  }

  optionalString(name: string): string | undefined {
    const value = this.#get(name);
    if (value === undefined || (typeof value === 'string' && value !== '')) return value;
    return this.refuse(name, 'must be a string that is not empty');
  }

  /** An amount or a count. */
  integer(name: string, atLeast: number): number {
    return this.#required(name, this.optionalInteger(name, atLeast));
  }

  optionalInteger(name: string, atLeast: number): number | undefined {
    const value = this.#get(name);
    if (value === undefined || (Number.isSafeInteger(value) && (value as number) >= atLeast)) {
      return value as number | undefined;
    }
    return this.refuse(name, `must be an integer of at least ${atLeast}`);
  }

  optionalBoolean(name: string): boolean | undefined {
    const value = this.#get(name);
    return value === undefined || typeof value === 'boolean' ? value : this.refuse(name, 'must be true or false');
  }

  optionalChoice<C extends string>(name: string, choices: readonly C[]): C | undefined {
    const value = this.optionalString(name);
    if (value === undefined || choices.includes(value as C)) return value as C | undefined;
    return this.refuse(name, `must be one of ${choices.join(', ')}`);
  }

  choice<C extends string>(name: string, choices: readonly C[]): C {
    return this.#required(name, this.optionalChoice(name, choices));
  }

  optionalChoices<C extends string>(name: string, choices: readonly C[]): readonly C[] | undefined {
    const values = this.optionalStrings(name);
    if (values?.every((value) => choices.includes(value as C)) ?? true) return values as readonly C[] | undefined;
    return this.refuse(name, `must be a list of ${choices.join(', ')}`);
  }

  optionalStrings(name: string): readonly string[] | undefined {
    const values = this.optionalList(name);
    if (values?.every((value) => typeof value === 'string') ?? true) return values as readonly string[] | undefined;
    return this.refuse(name, 'must be a list of strings');
  }

  currency(name: string): string {
    return this.#required(name, this.optionalCurrency(name));
  }

  optionalCurrency(name: string): string | undefined {
    const value = this.optionalString(name);
    return value === undefined || /^[A-Z]{3}$/.test(value)
      ? value
      : this.refuse(name, 'must be a currency code such as KRW');
  }

  instant(name: string): number {
    return this.#required(name, this.optionalInstant(name));
  }

  /** An instant, in milliseconds. */
  optionalInstant(name: string): number | undefined {
    const value = this.optionalString(name);
    if (value === undefined) return undefined;
    const instant = /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : NaN;
    return Number.isNaN(instant) ? this.refuse(name, 'must be an RFC 3339 date-time') : instant;
  }

  optionalList(name: string): readonly unknown[] | undefined {
    const value = this.#get(name);
    return value === undefined || Array.isArray(value) ? value : this.refuse(name, 'must be a list');
  }

  /** Where webhooks go. */
  optionalUrls(name: string): readonly string[] {
    return (this.optionalList(name) ?? []).map((url) =>
      isHttpUrl(url) ? url : this.refuse(name, 'must be a list of http(s) URLs'),
    );
  }

  optionalUrl(name: string): string | undefined {
    const value = this.optionalString(name);
    return value === undefined || isHttpUrl(value) ? value : this.refuse(name, 'must be an http(s) URL');
  }

  /** Text, or an object, of which the JSON is kept. */
  optionalJson(name: string): string | undefined {
    const value = this.#get(name);
    return typeof value === 'object' ? JSON.stringify(value) : this.optionalString(name);
  }

  optionalObjects(name: string): readonly Input[] | undefined {
    return this.optionalList(name)?.map((value, index) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        return this.refuse(name, 'must be a list of objects');
      }
      return new Input(value as Fields, `${this.path}${name}[${index}].`);
    });
  }

  object(name: string): Input {
    return this.#required(name, this.optionalObject(name));
  }

  optionalObject(name: string): Input | undefined {
    const value = this.#get(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'object' || Array.isArray(value)) return this.refuse(name, 'must be an object');
    return new Input(value as Fields, `${this.path}${name}.`);
  }

  /** Those of these fields that were given. */
  pick(names: readonly string[]): Fields {
    const given = names.filter((name) => this.#get(name) !== undefined);
    return Object.fromEntries(given.map((name): [string, unknown] => [name, this.#get(name)]));
  }

  /** Refuses any field but these: one that is ignored would make the answer a lie. */
  only(names: readonly string[]): void {
    for (const name of Object.keys(this.fields)) {
      if (!names.includes(name)) this.unsupported(name);
    }
  }

  /** Refuses this field if it was given. */
  unsupported(name: string): void {
    if (this.#get(name) !== undefined) this.refuse(name, 'is not supported by the sandbox');
  }

  refuse(name: string, why: string): never {
    throw new Refusal('INVALID_REQUEST', { message: `${this.path}${name} ${why}.` });
  }

  #get(name: string): unknown {
    return (Object.hasOwn(this.fields, name) ? this.fields[name] : undefined) ?? undefined;
  }

  #required<T>(name: string, value: T | undefined): T {
    return value === undefined ? this.refuse(name, 'is required') : value;
  }
}

export function isHttpUrl(url: unknown): url is string {
  return typeof url === 'string' && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}
