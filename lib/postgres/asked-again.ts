/** A statement that meets a newer row each time is not by chance: somebody hides the rows from it. */
const MOST_TIMES = 20;

/**
 * A statement sees what was there when it began. Where it met a row that was written since, it could neither take its
 * place nor see it, and answers nothing: asked again, it sees it.
 *
 * @param ask answers `undefined` when it saw nothing
 */
export async function askedAgain<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  for (let time = 0; time < MOST_TIMES; time += 1) {
    const answer = await ask();
    if (answer !== undefined) return answer;
  }
  throw new Error(
    `PostgreSQL: ${what} met a row that it cannot see, ${MOST_TIMES} times. Does a row security policy hide rows of this package's tables from its user?`,
  );
}
