import type { SeededRandom } from '../state/random.js';
import type { ActiveFault, SandboxFault, SandboxFaults } from './faults.js';

/** The faults of one store. */
export class FaultRules implements SandboxFaults {
  readonly #rules: (ActiveFault & { struck: number })[] = [];
  #added = 0;

  constructor(private readonly random: SeededRandom) {}

  get active(): readonly ActiveFault[] {
    return this.#rules;
  }

  add(rule: SandboxFault): ActiveFault {
    const active = { id: (this.#added += 1), rule: { ...rule }, struck: 0 };
    this.#rules.push(active);
    return active;
  }

  remove(id: number): boolean {
    const index = this.#rules.findIndex((rule) => rule.id === id);
    if (index !== -1) this.#rules.splice(index, 1);
    return index !== -1;
  }

  clear(): void {
    this.#rules.length = 0;
  }

  /**
   * Takes the first of these faults that meets the request or delivery, and counts it.
   *
   * @param kinds - the faults that the caller can act out
   */
  strike<F extends SandboxFault['fault']>(
    kinds: readonly F[],
    subject: { operation: string; paymentId?: string },
  ): Extract<SandboxFault, { fault: F }> | undefined {
    const hit = this.#rules.find(({ id, rule, struck }) => {
      const { operation = subject.operation, paymentId = subject.paymentId, count = Infinity, probability = 1 } = rule;
      return (
        (kinds as readonly string[]).includes(rule.fault) &&
        operation === subject.operation &&
        paymentId === subject.paymentId &&
        struck < count &&
        this.random.fraction('fault', id, subject.operation, subject.paymentId ?? '', struck) < probability
      );
    });
    if (!hit) return undefined;
    hit.struck += 1;
    return hit.rule as Extract<SandboxFault, { fault: F }>;
  }
}
