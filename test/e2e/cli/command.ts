import { build } from 'esbuild';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** The command as users run it, made from source. */
export class Command {
  readonly #running = new Set<CommandRun>();

  private constructor(private readonly folder: string) {}

  static async build(): Promise<Command> {
    const folder = await mkdtemp(join(tmpdir(), 'nestjs-portone-'));
    await build({
      entryPoints: ['lib/cli/main.ts'],
      outfile: join(folder, 'main.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      // From that folder no package can be found: the command needs none.
      packages: 'external',
    });
    return new Command(folder);
  }

  start(args: readonly string[], env: NodeJS.ProcessEnv = {}): CommandRun {
    const run = new CommandRun(join(this.folder, 'main.mjs'), args, env);
    this.#running.add(run);
    void run.ended.then(() => this.#running.delete(run));
    return run;
  }

  run(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ending> {
    return this.start(args, env).ended;
  }

  async clear(): Promise<void> {
    for (const run of this.#running) run.process.kill('SIGKILL');
    await Promise.all([...this.#running].map(({ ended }) => ended));
  }

  async remove(): Promise<void> {
    await this.clear();
    await rm(this.folder, { recursive: true });
  }
}

export class CommandRun {
  readonly process: ChildProcessByStdio<null, Readable, Readable>;
  readonly lines: string[] = [];
  readonly ended: Promise<Ending>;
  #waiting: (() => void)[] = [];

  constructor(file: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.process = spawn(process.execPath, [file, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    this.process.stdout.on('data', (chunk) => (stdout += String(chunk)));
    this.process.stderr.on('data', (chunk) => (stderr += String(chunk)));
    createInterface({ input: this.process.stdout }).on('line', (line) => {
      this.lines.push(line);
      this.#wake();
    });
    this.ended = once(this.process, 'close').then(([code, signal]) => {
      this.#wake();
      return { code: code as number | null, signal: signal as NodeJS.Signals | null, stdout, stderr };
    });
  }

  /** The first line that matches, printed already or not yet. */
  async line(pattern: RegExp): Promise<string> {
    for (;;) {
      const line = this.lines.find((one) => pattern.test(one));
      if (line !== undefined) return line;
      if (this.process.exitCode !== null) throw new Error(`ended without ${pattern}: ${this.lines.join('\n')}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** The printed variables. */
  async variables(): Promise<Record<string, string>> {
    await this.line(/^Webhooks /);
    return Object.fromEntries(
      this.lines.flatMap((line) => {
        const [, name, value] = /^(PORTONE_\w+)=(.*)$/.exec(line) ?? [];
        return name !== undefined && value !== undefined ? [[name, value]] : [];
      }),
    );
  }

  stop(signal: NodeJS.Signals = 'SIGINT'): Promise<Ending> {
    this.process.kill(signal);
    return this.ended;
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
