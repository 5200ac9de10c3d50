/**
 * `describe` for tests that need something of the machine. Where it is missing they are skipped and say why; the gate
 * sets `EVERY_SUITE`, and then they fail.
 *
 * @param missing - what is not there, and how to get it; `undefined` where it is there
 * @param required - whether the gate may not go on without it
 */
export function describeWhere(
  missing: string | undefined,
  { required = true }: { required?: boolean } = {},
): (name: string, tests: () => void) => void {
  // What only starts the servers has no `describe`.
  if (missing === undefined) return (name, tests) => describe(name, tests);
  if (process.env.EVERY_SUITE === undefined || !required)
    return (name, tests) => describe.skip(`${name} (skipped: ${missing})`, tests);
  return (name) =>
    it(name, () => {
      throw new Error(`This suite must run here, yet it cannot: ${missing}`);
    });
}
