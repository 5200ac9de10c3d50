import { Cluster, Redis } from 'ioredis';

import { OwnRedis } from '../../support/own-redis.js';
import { said, until } from './redis-space.js';

const SLOTS = 16_384;

/** A Cluster of redis-servers of its own. */
export class OwnCluster {
  private constructor(
    readonly nodes: readonly OwnRedis[],
    readonly client: Cluster,
  ) {}

  static async start(size: number): Promise<OwnCluster> {
    const nodes = await Promise.all(Array.from({ length: size }, () => OwnRedis.startInCluster()));
    const connections = nodes.map(({ url }) => new Redis(url));
    const first = nodes[0]!;
    for (const [at, connection] of connections.entries()) {
      const from = Math.ceil((at * SLOTS) / size);
      const to = Math.ceil(((at + 1) * SLOTS) / size) - 1;
      await connection.call('cluster', 'addslotsrange', from, to);
      await connection.call('cluster', 'set-config-epoch', at + 1);
      await connection.call('cluster', 'meet', '127.0.0.1', first.port, first.clusterPort!);
    }
    for (const connection of connections) {
      await until(async () => {
        const info = String(await connection.call('cluster', 'info'));
        return (info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${size}`)) || null;
      });
      connection.disconnect();
    }
    const client = new Cluster(nodes.map(({ port }) => ({ host: '127.0.0.1', port })));
    await said(client, 'ready');
    return new OwnCluster(nodes, client);
  }

  async stop(): Promise<void> {
    this.client.disconnect();
    await Promise.all(this.nodes.map((node) => node.stop()));
  }
}
