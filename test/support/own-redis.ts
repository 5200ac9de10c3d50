import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { describeWhere } from './describe-where.js';

const COMMAND = process.env.REDIS_SERVER ?? 'redis-server';

/** What is missing for {@link OwnRedis} here, for `describeWhere`. */
export const missingOwnRedis =
  spawnSync(COMMAND, ['--version']).status === 0 ? undefined : `no ${COMMAND}, see REDIS_SERVER`;

/** For a suite that starts servers of its own. */
export const describeWithOwnRedis = describeWhere(missingOwnRedis);

/** A redis-server on a free port with a folder of its own: to be stopped, killed and started again at will. */
export class OwnRedis {
  private child: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly settings: readonly string[],
    /** Where the nodes of a Cluster talk to it. */
    readonly clusterPort?: number,
  ) {}

  /** @param settings as on the command line: `--appendonly yes` is `['--appendonly', 'yes']` */
  static async start(settings: readonly string[] = []): Promise<OwnRedis> {
    const folder = await mkdtemp(join(tmpdir(), 'own-redis-'));
    const redis = new OwnRedis((await freePorts(1))[0]!, folder, settings);
    await redis.restart();
    return redis;
  }

  /** An empty node that has yet to meet the others of its Cluster. */
  static async startInCluster(): Promise<OwnRedis> {
    const folder = await mkdtemp(join(tmpdir(), 'own-redis-'));
    const [port, clusterPort] = await freePorts(2);
    const settings = ['--cluster-enabled', 'yes', '--cluster-port', String(clusterPort)];
    const redis = new OwnRedis(port!, folder, settings, clusterPort);
    await redis.restart();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it on the same port with what its folder holds. Resolves when it takes connections. */
  async restart(): Promise<void> {
    const where = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder, '--save', ''];
    const child = spawn(COMMAND, [...where, ...this.settings], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.child = child;
    const lines = createInterface({ input: child.stdout });
    const said: string[] = [];
    await new Promise<void>((resolve, reject) => {
      lines.on('line', (line) => {
        said.push(line);
        if (line.includes('Ready to accept connections')) resolve();
      });
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`redis-server ended:\n${said.slice(-10).join('\n')}`)));
    });
    // From here on nobody reads what it says, yet the pipe must not fill up.
    lines.close();
    child.stdout.resume();
  }

  /** Stops the process where it is, as a machine that hangs does: connections stay, and nothing answers. */
  pause(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  /** Ends the process without warning. Resolves when it is gone. */
  async kill(): Promise<void> {
    const child = this.child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** Ends the process and removes its folder. */
  async stop(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) server.close();
  await Promise.all(servers.map((server) => once(server, 'close')));
  return ports;
}
