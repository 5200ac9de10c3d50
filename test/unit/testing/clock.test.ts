import { Clock } from '../../../lib/testing/time/clock.js';

const START = new Date('2026-01-01T00:00:00Z');
const idle = () => Promise.resolve();

describe('Clock, by hand', () => {
  it('stands still until it is advanced', async () => {
    const clock = new Clock(START, idle);
    expect(clock.now()).toEqual(START);
    await clock.advance({ days: 1, hours: 2, minutes: 3, seconds: 4, milliseconds: 5 });
    expect(clock.now()).toEqual(new Date('2026-01-02T02:03:04.005Z'));
  });

  it('fires what falls due in order, each at its own time, and what that schedules too', async () => {
    const clock = new Clock(START, idle);
    const fired: string[] = [];
    const note = (name: string) => () => void fired.push(`${name} ${clock.nowMs() - START.getTime()}`);
    clock.schedule(2000, note('second'));
    clock.schedule(1000, () => {
      note('first')();
      clock.schedule(500, note('nested'));
    });
    clock.schedule(2000, note('second, scheduled later'));
    clock.schedule(3001, note('too late'));
    await clock.advance({ seconds: 3 });
    expect(fired).toEqual(['first 1000', 'nested 1500', 'second 2000', 'second, scheduled later 2000']);
    await clock.advance({ milliseconds: 1 });
    expect(fired.at(-1)).toBe('too late 3001');
  });

  it('waits for what is under way before each step and at the end', async () => {
    let settle = () => {};
    let busy: Promise<void> = Promise.resolve();
    const clock = new Clock(START, () => busy);
    const fired: string[] = [];
    clock.schedule(1, () => {
      fired.push('first');
      busy = new Promise((resolve) => (settle = resolve));
    });
    clock.schedule(2, () => void fired.push('second'));
    const advanced = clock.advance({ seconds: 1 }).then(() => fired.push('advanced'));
    while (fired.length === 0) await Promise.resolve();
    await new Promise(setImmediate);
    expect(fired).toEqual(['first']);
    settle();
    await advanced;
    expect(fired).toEqual(['first', 'second', 'advanced']);
  });

  it('waits for a job that takes its time, before the next', async () => {
    const clock = new Clock(START, idle);
    const fired: string[] = [];
    clock.schedule(1, async () => {
      await new Promise(setImmediate);
      fired.push('first');
    });
    clock.schedule(1, () => void fired.push('second'));
    await clock.advance({ seconds: 1 });
    expect(fired).toEqual(['first', 'second']);
  });

  it('says what went wrong in a job, and goes on with the next advance', async () => {
    const clock = new Clock(START, idle);
    clock.schedule(1, () => Promise.reject(new Error('a job failed')));
    let fired = false;
    clock.schedule(2, () => (fired = true));
    await expect(clock.advance({ seconds: 1 })).rejects.toThrow('a job failed');
    await clock.advance({ seconds: 1 });
    expect(fired).toBe(true);
  });

  it('fires at fractions of a millisecond and shows whole ones', async () => {
    const clock = new Clock(START, idle);
    const fired: string[] = [];
    clock.schedule(1.75, () => fired.push(`later ${clock.nowMs() - START.getTime()}`));
    clock.schedule(1.25, () => fired.push(`sooner ${clock.nowMs() - START.getTime()}`));
    await clock.advance({ milliseconds: 2 });
    expect(fired).toEqual(['sooner 1', 'later 1']);
  });

  it('waits for nothing when told so', async () => {
    const clock = new Clock(START, () => new Promise(() => {}));
    let fired = false;
    clock.schedule(1, () => (fired = true));
    await clock.advance({ seconds: 1 }, { awaitDeliveries: false });
    expect(fired).toBe(true);
  });

  it('adds up when advanced twice at once', async () => {
    const clock = new Clock(START, idle);
    const seen: number[] = [];
    clock.schedule(1500, () => seen.push(clock.nowMs() - START.getTime()));
    await Promise.all([clock.advance({ seconds: 1 }), clock.advance({ seconds: 1 })]);
    expect(clock.nowMs() - START.getTime()).toBe(2000);
    expect(seen).toEqual([1500]);
  });

  it('does not fire what was taken off or cleared', async () => {
    const clock = new Clock(START, idle);
    const fired: string[] = [];
    const takeOff = clock.schedule(1, () => fired.push('taken off'));
    takeOff();
    takeOff();
    clock.schedule(2, () => fired.push('cleared'));
    clock.clear();
    await clock.advance({ seconds: 1 });
    expect(fired).toEqual([]);
  });

  it.each([
    { seconds: -1 },
    { minutes: NaN },
    { hours: Infinity },
    { weeks: 1 },
    { days: '1' },
    { days: 3e6 },
    {},
    new Date(0),
  ])('refuses the span %p', async (span) => {
    const clock = new Clock(START, idle);
    await expect(clock.advance(span as object)).rejects.toThrow(TypeError);
    expect(clock.now()).toEqual(START);
  });
});

describe('Clock, in real time', () => {
  it('waits for nothing once it is stopped, whatever is asked of it then', () => {
    const clock = new Clock(undefined, idle);
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    clock.schedule(60_000, idle);
    expect(timers()).toBe(before + 1);
    clock.stop();
    clock.schedule(60_000, idle)();
    expect(timers()).toBe(before);
  });

  it('cannot be advanced', async () => {
    const clock = new Clock(undefined, idle);
    await expect(clock.advance({ seconds: 1 })).rejects.toThrow(/follows real time/);
  });

  it('fires in order of time, whatever the order of scheduling', async () => {
    const clock = new Clock(undefined, idle);
    const fired: string[] = [];
    const began = Date.now();
    await new Promise<void>((resolve) => {
      clock.schedule(30, () => {
        fired.push('later');
        resolve();
      });
      clock.schedule(10, () => fired.push('sooner'));
      clock.schedule(20, () => fired.push('taken off'))();
      // Farther off than a timer can hold, which must not mean at once.
      clock.schedule(2 ** 32, () => fired.push('in 49 days'));
    });
    clock.clear();
    expect(fired).toEqual(['sooner', 'later']);
    expect(Date.now() - began).toBeGreaterThanOrEqual(29);
  });
});
