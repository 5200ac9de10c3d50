import { AsyncLocalStorage } from 'node:async_hooks';

/** What a process that is killed does not live to see. */
export class Killed extends Error {
  override name = 'Killed';
}

/**
 * Kills processes. What belongs to one chain of calls stands for a process: killed, it can neither write nor call any
 * more, while others go on.
 */
export class Killing {
  /** From 0 to 1: how likely each point is the last. */
  probability = 0;
  killed = 0;
  readonly #processes = new AsyncLocalStorage<{ dead: boolean }>();

  constructor(private readonly chance: () => number) {}

  /** Runs as a process of its own. */
  process<T>(run: () => T): T {
    return this.#processes.run({ dead: false }, run);
  }

  /** Wraps methods: each may be killed before it begins, and when it is done. */
  around<T extends object>(target: T, methods: readonly (keyof T & string)[]): T {
    for (const name of methods) {
      const method = (target[name] as (...args: unknown[]) => Promise<unknown>).bind(target);
      Object.defineProperty(target, name, {
        value: async (...args: unknown[]) => {
          this.#point(name);
          const result = await method(...args);
          this.#point(name);
          return result;
        },
      });
    }
    return target;
  }

  #point(name: string): void {
    const process = this.#processes.getStore();
    if (process === undefined) return;
    if (!process.dead && this.chance() < this.probability) {
      process.dead = true;
      this.killed += 1;
    }
    if (process.dead) throw new Killed(`killed at ${name}`);
  }
}
