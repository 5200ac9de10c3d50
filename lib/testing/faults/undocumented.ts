import type { SeededRandom } from '../state/random.js';

/**
 * What PortOne's documentation leaves open, one switch each: an application has to be right either way, so its tests
 * should run both ways.
 */
export interface SandboxUndocumented {
  /** The `webhook-id` of an automatic re-send: that of the first sending, or a new one. @default 'same' */
  resentWebhookId: 'same' | 'new';
  /** Which answer to a webhook ends its re-sends. @default 'any-2xx' */
  acknowledgedBy: 'any-2xx' | 'only-200';
  /** How many reads of a payment, after each change of it, still show it as it was before. @default 0 */
  staleReads: number;
  /** For how long (by the sandbox's clock) a new entry, or a change of one, is missing from every list. @default 0 */
  listLagSeconds: number;
  /**
   * What an idempotency key gives that came before with another request: an error, the first request's answer, or the
   * new request is done.
   * @default 'refuse'
   */
  reusedKey: 'refuse' | 'replay' | 'execute';
  /**
   * When `PAYMENT_SCHEDULE_ALREADY_EXISTS` comes: only while a schedule of this payment id is active, for any that
   * ever was (also revoked, also done), or never, so that a second schedule of the id comes into being.
   * @default 'active'
   */
  scheduleExists: 'active' | 'ever' | 'never';
  /** Whether paying a payment id at once, while a schedule of it is active, is refused. @default 'refuse' */
  payWhileScheduled: 'refuse' | 'allow';
  /** Whether a billing key with active schedules can be deleted; allowed, its schedules are revoked. @default 'refuse' */
  deleteWhileScheduled: 'refuse' | 'allow';
  /** Which answer to the question before approval approves. @default 'any-2xx' */
  confirmedBy: 'any-2xx' | 'only-200';
}

/** What each switch can be; the first is the default, which is what most of PortOne's guides read like. */
const ALTERNATIVES: { readonly [K in keyof SandboxUndocumented]: readonly SandboxUndocumented[K][] } = {
  resentWebhookId: ['same', 'new'],
  acknowledgedBy: ['any-2xx', 'only-200'],
  staleReads: [0, 2],
  listLagSeconds: [0, 60],
  reusedKey: ['refuse', 'replay', 'execute'],
  scheduleExists: ['active', 'ever', 'never'],
  payWhileScheduled: ['refuse', 'allow'],
  deleteWhileScheduled: ['refuse', 'allow'],
  confirmedBy: ['any-2xx', 'only-200'],
};
const SWITCHES = Object.entries(ALTERNATIVES);

export const DOCUMENTED_GUESS = Object.fromEntries(
  SWITCHES.map(([name, [byDefault]]) => [name, byDefault]),
) as unknown as SandboxUndocumented;

/**
 * To run a suite under: the defaults, then each other way of each switch by itself, then all of them at once.
 *
 * @example
 * describe.each(UNDOCUMENTED_VARIANTS)('under %j', (undocumented) => {
 *   beforeAll(async () => (sandbox = await PortOneSandbox.start({ undocumented })));
 * });
 */
export const UNDOCUMENTED_VARIANTS: readonly Partial<SandboxUndocumented>[] = [
  {},
  ...SWITCHES.flatMap(([name, [, ...others]]) => others.map((other) => ({ [name]: other }))),
  Object.fromEntries(SWITCHES.map(([name, all]) => [name, all.at(-1)])),
];

/**
 * @param given - what differs from the defaults; `'seeded'`: every switch is drawn
 * @returns the switches, which refuse a value that does not fit
 * @throws TypeError that names the switch
 */
export function undocumentedOf(
  given: Partial<SandboxUndocumented> | 'seeded' | undefined,
  random: SeededRandom,
): SandboxUndocumented {
  const drawn = SWITCHES.map(([name, all]) => [name, all[Math.floor(random.fraction(name) * all.length)]] as const);
  const chosen = given === 'seeded' ? drawn : Object.entries(given ?? {});
  const switches = new Proxy({ ...DOCUMENTED_GUESS }, { set: setChecked });
  return Object.assign(switches, Object.fromEntries(chosen));
}

function setChecked(switches: SandboxUndocumented, name: string | symbol, value: unknown): true {
  if (typeof name !== 'string' || !Object.hasOwn(ALTERNATIVES, name)) {
    throw new TypeError(
      `undocumented: there is no switch ${String(name)}, only ${Object.keys(ALTERNATIVES).join(', ')}.`,
    );
  }
  const all: readonly unknown[] = ALTERNATIVES[name as keyof SandboxUndocumented];
  const isNumber = typeof all[0] === 'number';
  if (isNumber ? !(Number.isSafeInteger(value) && (value as number) >= 0) : !all.includes(value)) {
    throw new TypeError(`undocumented: ${name} must be ${isNumber ? 'an integer of at least 0' : all.join(' or ')}.`);
  }
  return Reflect.set(switches, name, value) as true;
}
