import 'reflect-metadata';

/** One decoration of a method. */
export interface Decoration {
  readonly method: string | symbol;
}

/**
 * Notes a decoration, on the class and not on the function: a decorator that wraps the method would lose it.
 *
 * @param name how the decorator is called, for the error
 * @throws TypeError on a static method
 */
export function addDecoration<D extends Decoration>(key: symbol, name: string, prototype: object, decoration: D): void {
  if (typeof prototype === 'function') {
    throw new TypeError(
      `${name} on ${prototype.name}.${String(decoration.method)}: a static method belongs to no provider, so it would never be called. Make it a method of the instance.`,
    );
  }
  const own = (Reflect.getOwnMetadata(key, prototype) ?? []) as D[];
  Reflect.defineMetadata(key, [...own, decoration], prototype);
}

/**
 * The decorations of an instance's methods, inherited ones included. A method that a subclass decorates again counts as
 * the subclass says; one that it only overrides stays decorated.
 */
export function decorationsOf<D extends Decoration>(key: symbol, instance: object): D[] {
  const decorations: D[] = [];
  const decoratedBelow = new Set<string | symbol>();
  for (let at = Object.getPrototypeOf(instance) as object | null; at && at !== Object.prototype;) {
    const own = (Reflect.getOwnMetadata(key, at) ?? []) as D[];
    decorations.push(...own.filter(({ method }) => !decoratedBelow.has(method)));
    for (const { method } of own) decoratedBelow.add(method);
    at = Object.getPrototypeOf(at) as object | null;
  }
  return decorations;
}
