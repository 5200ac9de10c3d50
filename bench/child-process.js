// Every contender is measured in a process of its own, so that no other one's heap, compiled code or sockets weigh on
// it. The parent asks over IPC, the child answers.
import { fork } from 'node:child_process';

/**
 * Starts a child and waits until it is ready.
 *
 * @param {URL} file
 * @param {{ args?: string[], execArgv?: string[], env?: Record<string, string> }} [options]
 */
export async function startChild(file, { args = [], execArgv = [], env = {} } = {}) {
  const child = fork(file, args, {
    execArgv: ['--experimental-import-meta-resolve', '--no-warnings', ...execArgv],
    env: { ...process.env, NODE_ENV: 'production', ...env },
    // A child's words go to stderr: stdout is the table's.
    stdio: ['ignore', process.stderr, process.stderr, 'ipc'],
  });
  const waiting = new Map();
  let lastId = 0;
  const answer = (id) => new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  const ready = answer(0);
  child.on('message', ({ id, result, error }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) resolve(result);
    else reject(new Error(`${file.pathname} ${args.join(' ')}: ${error}`));
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.once('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`${file.pathname} ${args.join(' ')}: exit ${code}`));
  });
  return {
    /** What the child said when it was ready. */
    ready: await ready,
    /** Has the child do something and resolves with what it answers. */
    ask(command, given = {}) {
      const asked = answer(++lastId);
      child.send({ id: lastId, command, given });
      return asked;
    },
    async end() {
      child.disconnect(); // which ends it, see `serve`
      await exited;
    },
  };
}

/**
 * The child's side: says that it is ready, then does what it is asked.
 *
 * @param {() => Promise<void>} [end] what is left to be done when the parent is gone, however it went
 */
export function serve(commands, ready = {}, end = async () => {}) {
  process.on('message', async ({ id, command, given }) => {
    try {
      process.send({ id, result: (await commands[command](given)) ?? null });
    } catch (error) {
      process.send({ id, error: String(error?.stack ?? error) });
    }
  });
  process.on('disconnect', () => void end().finally(() => process.exit()));
  process.send({ id: 0, result: ready });
}

/** CPU time of this process so far, in microseconds: every thread, garbage collection included. */
export function cpuMicroseconds() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/**
 * Keeps this process from sleeping until the returned function is called. Waking a process up costs whoever writes to it
 * a system call that is ten times slower: a slow contender, whose counterpart dozes off between two requests, would pay
 * for that as well.
 */
export function stayAwake() {
  let awake = true;
  const spin = () => {
    if (awake) setImmediate(spin);
  };
  spin();
  return () => {
    awake = false;
  };
}
