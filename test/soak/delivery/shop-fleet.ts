import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';

import type { Order } from './moments.js';
import type { ProcessTerms } from './terms.js';

interface Told {
  readonly url?: string;
  readonly stopped?: true;
  readonly backlog?: number;
}

/** How long a process may take to end when it is asked to. */
const MAX_END_MS = 20_000;

/** A place among the shop's processes: when its process is killed, another is started in it. */
export class ShopProcess {
  /** Where deliveries are sent; `undefined` while there is no process. */
  url: string | undefined;
  /** Of all processes that were here. */
  readonly journals: string[] = [];
  readonly #told = new EventEmitter<Record<keyof Told, [unknown]>>();
  #child: ChildProcess | undefined;
  #mayDie = false;
  #stopped = false;

  constructor(
    readonly name: string,
    private readonly folder: string,
    private readonly terms: Omit<ProcessTerms, 'journal'>,
    /** It ended though nobody killed it. */
    private readonly onFailure: (error: Error) => void,
  ) {}

  get role(): ProcessTerms['role'] {
    return this.terms.role;
  }

  async start(): Promise<void> {
    if (this.#stopped) return;
    const journal = join(this.folder, `${this.name}-${this.journals.length}.journal`);
    this.journals.push(journal);
    this.#mayDie = false;
    const terms: ProcessTerms = { ...this.terms, journal };
    const child = fork(process.argv[1]!, ['process', JSON.stringify(terms)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    child.on('message', (told: Told) => {
      for (const [what, value] of Object.entries(told)) this.#told.emit(what as keyof Told, value);
    });
    child.once('exit', (code, signal) => {
      this.url = undefined;
      this.#told.emit('backlog', Infinity);
      if (!this.#mayDie) this.onFailure(new Error(`${this.name} ended by itself (${code ?? signal}).`));
    });
    const [url] = await Promise.race([once(this.#told, 'url'), once(child, 'exit').then(() => [undefined])]);
    if (child.exitCode === null && child.signalCode === null) this.url = url as string;
  }

  /** The signal reaches it where it is ordered to; where that does not come about in time, wherever it is. */
  async signal(order: Order, withinMs: number): Promise<void> {
    const child = this.#child!;
    this.#mayDie ||= order.signal === 'SIGKILL';
    const done = order.signal === 'SIGKILL' ? once(child, 'exit') : once(this.#told, 'stopped');
    child.send(order, () => undefined);
    const timer = setTimeout(() => {
      child.kill(order.signal);
      this.#told.emit('stopped', true);
    }, withinMs);
    await done;
    clearTimeout(timer);
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  /** How much there is to do, as its inbox says. */
  async backlog(): Promise<number> {
    const child = this.#child!;
    child.send('backlog', () => undefined);
    const [backlog] = (await once(this.#told, 'backlog')) as [number];
    return backlog;
  }

  /** Ends it as a deployment does. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    this.#mayDie = true;
    const gone = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    const timer = setTimeout(() => {
      this.onFailure(new Error(`${this.name} did not end within ${MAX_END_MS} ms.`));
      child.kill('SIGKILL');
    }, MAX_END_MS);
    await gone;
    clearTimeout(timer);
  }
}
