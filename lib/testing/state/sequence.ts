/** Numbers in a row, over all stores. */
export class Sequence {
  #last = 0;

  next(): number {
    return (this.#last += 1);
  }
}
