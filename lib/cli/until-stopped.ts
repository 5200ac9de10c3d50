interface Signals {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

/** One Ctrl-C can come twice: from the terminal, and passed on by npm. */
const SAME_SIGNAL_MS = 300;

/**
 * Resolves at the first SIGINT or SIGTERM.
 *
 * @param force - called at a further one, for somebody who does not want to wait
 */
export function untilStopped(signals: Signals, force: () => void, now: () => number = Date.now): Promise<void> {
  return new Promise((resolve) => {
    let stoppedAt: number | undefined;
    const listener = () => {
      if (stoppedAt === undefined) {
        stoppedAt = now();
        resolve();
      } else if (now() - stoppedAt > SAME_SIGNAL_MS) {
        force();
      }
    };
    signals.on('SIGINT', listener);
    signals.on('SIGTERM', listener);
  });
}
