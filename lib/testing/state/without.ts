type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** A copy that lacks these fields. */
export function without<T extends object, K extends PropertyKey>(object: T, ...names: readonly K[]): Without<T, K> {
  const kept = Object.entries(object).filter(([name]) => !(names as readonly PropertyKey[]).includes(name));
  return Object.fromEntries(kept) as Without<T, K>;
}
