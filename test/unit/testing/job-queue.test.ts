import { JobQueue, type Job } from '../../../lib/testing/time/job-queue.js';
import { SeededRandom } from '../../../lib/testing/state/random.js';

describe('JobQueue', () => {
  const random = new SeededRandom('job-queue');
  const job = (order: number, owner?: object): Job => ({
    at: Math.floor(random.fraction('at', order) * 50),
    order,
    run: () => {},
    owner,
  });
  const drain = (queue: JobQueue): Job[] => {
    const jobs: Job[] = [];
    for (let first = queue.first; first; first = queue.first) {
      jobs.push(first);
      expect(queue.remove(first)).toBe(true);
    }
    return jobs;
  };
  const sorted = (jobs: readonly Job[]) => [...jobs].sort((a, b) => a.at - b.at || a.order - b.order);

  it('hands jobs out by time, and those of one time as they were scheduled', () => {
    const queue = new JobQueue();
    const jobs = Array.from({ length: 500 }, (_, order) => job(order));
    for (const one of jobs) queue.add(one);
    expect(drain(queue)).toEqual(sorted(jobs));
    expect(queue.first).toBeUndefined();
  });

  it('takes any job off, from any place, once', () => {
    const queue = new JobQueue();
    const jobs = Array.from({ length: 500 }, (_, order) => job(order));
    for (const one of jobs) queue.add(one);
    const [gone, kept] = [jobs.filter(({ order }) => order % 3 === 0), jobs.filter(({ order }) => order % 3 !== 0)];
    for (const one of gone) expect([queue.remove(one), queue.remove(one)]).toEqual([true, false]);
    const late = job(1000);
    queue.add(late);
    expect(drain(queue)).toEqual(sorted([...kept, late]));
  });

  it('clears the jobs of one owner, or all', () => {
    const queue = new JobQueue();
    const [mine, yours] = [{}, {}];
    const jobs = Array.from({ length: 50 }, (_, order) => job(order, order % 2 ? mine : yours));
    for (const one of jobs) queue.add(one);
    queue.clear(mine);
    const left = jobs.filter(({ owner }) => owner === yours);
    expect(queue.remove(jobs[1] as Job)).toBe(false);
    expect(drain(queue)).toEqual(sorted(left));
    for (const one of jobs) queue.add(one);
    queue.clear();
    expect(queue.first).toBeUndefined();
  });

  it('takes and gives ten thousand jobs in little more than ten times a thousand', () => {
    const steps = (count: number) => {
      const queue = new JobQueue();
      let reads = 0;
      for (let order = 0; order < count; order++) {
        const at = count - order;
        queue.add({
          get at() {
            reads += 1;
            return at;
          },
          order,
          run: () => {},
          owner: undefined,
        });
      }
      drain(queue);
      return reads;
    };
    expect(steps(10_000) / steps(1000)).toBeLessThan(15);
  });
});
