import type { SeededRandom } from '../state/random.js';
import { checkFault } from './fault-check.js';
import type { ActiveFault, SandboxFault, SandboxFaults } from './faults.js';

/** The request or delivery that a fault may meet. */
export interface FaultSubject {
  readonly operation: string;
  readonly paymentId?: string;
}

interface Rule {
  readonly active: ActiveFault & { struck: number };
  /** Of a rule with a probability: how often it was asked for each subject, so that every time is another draw. */
  readonly asked: Map<string, number>;
}

/** The faults of one store. */
export class FaultRules implements SandboxFaults {
  #rules: Rule[] = [];
  #added = 0;

  /** @param changed - is told of every change */
  constructor(
    private readonly random: SeededRandom,
    private readonly changed: () => void = () => {},
  ) {}

  get active(): readonly ActiveFault[] {
    return this.#rules.map(({ active }) => active);
  }

  add(rule: SandboxFault): ActiveFault {
    checkFault(rule);
    const active = { id: (this.#added += 1), rule: structuredClone(rule), struck: 0 };
    this.#rules.push({ active, asked: new Map() });
    this.changed();
    return active;
  }

  remove(id: number): boolean {
    const kept = this.#rules.filter(({ active }) => active.id !== id);
    const found = kept.length < this.#rules.length;
    this.#rules = kept;
    if (found) this.changed();
    return found;
  }

  clear(): void {
    this.#rules = [];
    this.changed();
  }

  /**
   * Takes the first of these faults that meets the request or delivery, and counts it.
   *
   * @param kinds - the faults that the caller can act out
   */
  strike<F extends SandboxFault['fault']>(
    kinds: readonly F[],
    subject: FaultSubject,
  ): Extract<SandboxFault, { fault: F }> | undefined {
    for (const rule of this.#rules) {
      const { active } = rule;
      if (
        (kinds as readonly string[]).includes(active.rule.fault) &&
        meets(active, subject) &&
        this.#draw(rule, subject)
      ) {
        active.struck += 1;
        this.changed();
        return active.rule as Extract<SandboxFault, { fault: F }>;
      }
    }
    return undefined;
  }

  #draw({ active: { id, rule }, asked }: Rule, { operation, paymentId = '' }: FaultSubject): boolean {
    const { probability = 1 } = rule;
    if (probability === 1) return true;
    const subject = JSON.stringify([operation, paymentId]);
    const time = asked.get(subject) ?? 0;
    asked.set(subject, time + 1);
    return this.random.fraction('fault', id, subject, time) < probability;
  }
}

function meets({ rule, struck }: ActiveFault, subject: FaultSubject): boolean {
  const { operation = subject.operation, paymentId = subject.paymentId, count = Infinity } = rule;
  return operation === subject.operation && paymentId === subject.paymentId && struck < count;
}
