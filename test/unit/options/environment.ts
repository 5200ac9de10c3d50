/** Runs with exactly these variables beside those that are no `PORTONE_`'s; `undefined` takes one away. */
export function withEnvironment<T>(variables: Readonly<Record<string, string | undefined>>, run: () => T): T {
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (name.startsWith('PORTONE_')) delete process.env[name];
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  const restore = (): void => {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, before);
  };
  let result: T;
  try {
    result = run();
  } catch (error) {
    restore();
    throw error;
  }
  if (result instanceof Promise) return result.finally(restore) as T;
  restore();
  return result;
}
