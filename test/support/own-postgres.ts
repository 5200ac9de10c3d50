import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Debian and Ubuntu keep `initdb` and `postgres` out of the PATH. */
const PACKAGED = '/usr/lib/postgresql';

const FOLDERS = [
  process.env.POSTGRES_BIN ?? '',
  ...(process.env.PATH ?? '').split(':'),
  ...(existsSync(PACKAGED) ? readdirSync(PACKAGED).map((version) => join(PACKAGED, version, 'bin')) : []),
];
const BIN = FOLDERS.find((folder) => folder !== '' && existsSync(join(folder, 'initdb')));

/** PostgreSQL refuses to run as root: then it runs as the user that its package has made. */
const USER: User | undefined = process.getuid?.() === 0 ? userOf('postgres') : undefined;

/** What is missing for {@link OwnPostgres} here, for `describeWhere`. */
export const missingOwnPostgres = BIN === undefined ? 'no initdb in the PATH, see POSTGRES_BIN' : undefined;

/** Until a server that was killed has let go of its memory, another one cannot start. */
const STARTS = 40;

/** A PostgreSQL on a free port with a folder of its own: to be stopped, killed and started again at will. */
export class OwnPostgres {
  private child: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly settings: readonly string[],
  ) {}

  /** @param settings as in its configuration: `fsync=on` */
  static async start(settings: readonly string[] = []): Promise<OwnPostgres> {
    const folder = await mkdtemp(join(tmpdir(), 'own-postgres-'));
    if (USER !== undefined) await chown(folder, USER.uid, USER.gid);
    const postgres = new OwnPostgres(await freePort(), folder, settings);
    try {
      const args = ['--pgdata', folder, '--username', 'postgres', '--auth', 'trust', '--encoding', 'UTF8', '--no-sync'];
      const initdb = spawn(join(BIN!, 'initdb'), args, { ...USER, stdio: ['ignore', 'ignore', 'inherit'] });
      const [code] = (await once(initdb, 'exit')) as [number | null];
      if (code !== 0) throw new Error(`initdb ended with ${code}.`);
      await postgres.restart();
    } catch (error) {
      await postgres.stop();
      throw error;
    }
    return postgres;
  }

  get url(): string {
    return `postgres://postgres@127.0.0.1:${this.port}/postgres`;
  }

  /** Starts it on the same port with what its folder holds. Resolves when it takes connections, its recovery done. */
  async restart(): Promise<void> {
    for (let left = STARTS; ; left -= 1) {
      const said: string[] = [];
      if (await this.tryToStart(said)) return;
      if (left === 0) throw new Error(`postgres ended:\n${said.slice(-10).join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Stops the server where it is, as a machine that hangs does: connections stay, and nobody new is let in. */
  pause(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  /** Ends the server without warning. Resolves when it is gone; its processes follow it on their own. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Ends the server and removes its folder. */
  async stop(): Promise<void> {
    this.resume();
    // At once, yet by its own processes too: none of them writes into the folder behind it.
    await this.end('SIGQUIT');
    await rm(this.folder, { recursive: true, force: true, maxRetries: 20 });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  private tryToStart(said: string[]): Promise<boolean> {
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'lc_messages=C', ...this.settings];
    const args = ['-D', this.folder, '-p', String(this.port), ...settings.flatMap((setting) => ['-c', setting])];
    const child = spawn(join(BIN!, 'postgres'), args, { ...USER, stdio: ['ignore', 'ignore', 'pipe'] });
    this.child = child;
    const lines = createInterface({ input: child.stderr });
    return new Promise((resolve, reject) => {
      lines.on('line', (line) => {
        said.push(line);
        if (!line.includes('database system is ready to accept connections')) return;
        // From here on nobody reads what it says, yet the pipe must not fill up.
        lines.close();
        child.stderr.resume();
        resolve(true);
      });
      child.once('error', reject);
      child.once('exit', () => resolve(false));
    });
  }
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

function userOf(name: string): User | undefined {
  try {
    const id = (option: string): number => Number(execFileSync('id', [option, name], { encoding: 'utf8' }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
