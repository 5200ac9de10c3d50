interface Finished {
  readonly id: string;
  readonly forgetAt: number;
}

/** What an inbox in memory remembers of deliveries that are done, in the order in which it forgets them. */
export class FinishedDeliveries {
  private readonly byId = new Map<string, Finished>();
  /** In order, from `oldest` on. A `Map` has that order too, but from its head it walks over everything deleted there. */
  private queue: Finished[] = [];
  private oldest = 0;

  get size(): number {
    return this.byId.size;
  }

  has(id: string, now: number): boolean {
    const finished = this.byId.get(id);
    return finished !== undefined && finished.forgetAt > now;
  }

  add(id: string, forgetAt: number): void {
    const finished = { id, forgetAt };
    this.byId.set(id, finished);
    this.queue.push(finished);
  }

  delete(id: string): void {
    if (!this.byId.delete(id)) return;
    this.queue = this.queue.slice(this.oldest).filter((finished) => finished.id !== id);
    this.oldest = 0;
  }

  /** Drops what is past its time and, while there is no room, the oldest. */
  drop(now: number, isFull: () => boolean): void {
    for (let next = this.queue[this.oldest]; next !== undefined; next = this.queue[this.oldest]) {
      if (next.forgetAt > now && !isFull()) break;
      if (this.byId.get(next.id) === next) this.byId.delete(next.id);
      this.oldest += 1;
    }
    // Now and then, so that it costs next to nothing a delivery.
    if (this.oldest <= this.queue.length / 2) return;
    this.queue = this.queue.slice(this.oldest);
    this.oldest = 0;
  }
}
