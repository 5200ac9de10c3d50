/** One server, as `ioredis` knows it. */
export interface RedisNode {
  info(section: string): Promise<string>;
}

/**
 * What is needed of an `ioredis` client: give a `Redis` or a `Cluster`, of ioredis 5 or 6. By shape, because an application
 * may have two copies of ioredis (BullMQ brings one along).
 */
export interface RedisConnection extends RedisNode {
  /** `ready` while commands can be sent. */
  readonly status: string;
  readonly isCluster: boolean;
  connect(): Promise<void>;
  callBuffer(command: string, ...args: (string | Buffer | number)[]): Promise<unknown>;
  once(event: 'ready', listener: () => void): unknown;
  off(event: 'ready', listener: () => void): unknown;
  /** Of a `Cluster`. */
  nodes?(role: 'master'): RedisNode[];
}
