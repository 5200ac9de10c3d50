import type { Desk } from '../desk.js';

interface Version<T> {
  readonly value: T;
  readonly sinceMs: number;
}

/** Things of one kind by their ids. Lists show each as it was `listLagSeconds` ago, reads of one as it is. */
export class ListedMap<T> {
  /** Oldest first: what lists show, and what came after. */
  readonly #versions = new Map<string, Version<T>[]>();

  constructor(private readonly desk: Desk) {}

  get size(): number {
    return this.#versions.size;
  }

  clear(): void {
    this.#versions.clear();
  }

  get(id: string): T | undefined {
    return this.#versions.get(id)?.at(-1)?.value;
  }

  set(id: string, value: T): void {
    const version = { value, sinceMs: this.desk.clock.nowMs() };
    const versions = this.#versions.get(id);
    if (!versions) {
      this.#versions.set(id, [version]);
      return;
    }
    versions.splice(0, Math.max(0, this.#shown(versions)));
    versions.push(version);
  }

  /** Every one as it is, in the order in which they came. */
  *values(): Iterable<T> {
    for (const versions of this.#versions.values()) {
      const latest = versions.at(-1);
      if (latest) yield latest.value;
    }
  }

  /** What lists show now, in the order in which they came. */
  *listed(): Iterable<T> {
    for (const versions of this.#versions.values()) {
      const version = versions[this.#shown(versions)];
      if (version) yield version.value;
    }
  }

  /** @returns -1 where lists do not show it yet */
  #shown(versions: readonly Version<T>[]): number {
    const untilMs = this.desk.clock.nowMs() - this.desk.undocumented.listLagSeconds * 1000;
    return versions.findLastIndex(({ sinceMs }) => sinceMs <= untilMs);
  }
}
