import { EventEmitter } from 'node:events';
import { untilStopped } from '../../../lib/cli/until-stopped.js';

describe('untilStopped', () => {
  it.each(['SIGINT', 'SIGTERM'])('takes %s for the wish to end, and a further one for impatience', async (signal) => {
    const signals = new EventEmitter();
    let [now, forced] = [0, 0];
    const stopped = untilStopped(
      signals,
      () => (forced += 1),
      () => now,
    );
    signals.emit(signal);
    await stopped;
    // npm passes on the Ctrl-C that the terminal has sent already.
    now = 100;
    signals.emit(signal);
    expect(forced).toBe(0);
    now = 1000;
    signals.emit('SIGINT');
    expect(forced).toBe(1);
  });
});
