/** Something to be done at its time. */
export interface Job {
  readonly at: number;
  /** Among jobs of the same time, the one that was scheduled first goes first. */
  readonly order: number;
  readonly run: () => unknown;
  readonly owner: object | undefined;
}

/** Jobs by time: a binary heap that knows where each job sits, so that a job can be taken off without a search. */
export class JobQueue {
  #heap: Job[] = [];
  readonly #places = new Map<Job, number>();

  get first(): Job | undefined {
    return this.#heap[0];
  }

  add(job: Job): void {
    this.#rise(job, this.#heap.length);
  }

  /** @returns whether it was there */
  remove(job: Job): boolean {
    const place = this.#places.get(job);
    if (place === undefined) return false;
    this.#places.delete(job);
    const last = this.#heap.pop();
    // The last one fills the gap, and may belong above it or below it.
    if (last !== undefined && last !== job) {
      const parent = this.#heap[(place - 1) >> 1];
      if (place > 0 && parent !== undefined && precedes(last, parent)) this.#rise(last, place);
      else this.#sink(last, place);
    }
    return true;
  }

  /** Takes every job off, or those of one owner. */
  clear(owner?: object): void {
    const kept = owner === undefined ? [] : this.#heap.filter((job) => job.owner !== owner);
    this.#heap = [];
    this.#places.clear();
    for (const job of kept) this.add(job);
  }

  #rise(job: Job, place: number): void {
    let at = place;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = this.#heap[above];
      if (parent === undefined || !precedes(job, parent)) break;
      this.#put(parent, at);
      at = above;
    }
    this.#put(job, at);
  }

  #sink(job: Job, place: number): void {
    let at = place;
    for (;;) {
      const left = this.#heap[2 * at + 1];
      const right = this.#heap[2 * at + 2];
      if (left === undefined) break;
      const [child, below] =
        right !== undefined && precedes(right, left) ? [right, 2 * at + 2] : ([left, 2 * at + 1] as const);
      if (!precedes(child, job)) break;
      this.#put(child, at);
      at = below;
    }
    this.#put(job, at);
  }

  #put(job: Job, place: number): void {
    this.#heap[place] = job;
    this.#places.set(job, place);
  }
}

function precedes(a: Job, b: Job): boolean {
  return a.at === b.at ? a.order < b.order : a.at < b.at;
}
