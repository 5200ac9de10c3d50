// Decorators as TypeScript applies them, for classes written in JavaScript.

/** @param {Function} type @param {ClassDecorator[]} decorators */
export function decorateClass(type, ...decorators) {
  for (const decorate of decorators) decorate(type);
  return type;
}

/** @param {Function} type @param {string} method @param {MethodDecorator[]} decorators */
export function decorateMethod(type, method, ...decorators) {
  const descriptor = Object.getOwnPropertyDescriptor(type.prototype, method);
  for (const decorate of decorators) decorate(type.prototype, method, descriptor);
}

/** @param {Function} type @param {string} method @param {ParameterDecorator[]} decorators in the parameters' order */
export function decorateParameters(type, method, ...decorators) {
  decorators.forEach((decorate, index) => decorate(type.prototype, method, index));
}
