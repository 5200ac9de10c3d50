import { Logger } from '@nestjs/common';
import type { DiscoveryService } from '@nestjs/core';

import { PortOneStartError } from '../errors/portone-start.error.js';
import type { Decoration } from './decorations.js';
import type { ResolveScoped } from '../webhook/webhook.routes.js';

type InstanceWrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** An instance of the application's, whose methods are called by name. */
export type Target = Readonly<Record<string | symbol, (...args: unknown[]) => unknown>>;

/** A decorated method of a provider or controller. */
export interface DecoratedMethod<D extends Decoration> {
  /** `Class.method`. */
  readonly name: string;
  readonly method: string | symbol;
  readonly instance: Target;
  /** All decorations of the method that were asked for. */
  readonly decorations: readonly [D, ...D[]];
  /** The instance itself, or the one of this context where the provider is request-scoped or transient. */
  target(resolve: ResolveScoped): Target | Promise<Target>;
}

/** What Nest keeps on a method that carries enhancers; they run on routes, not on plain calls. */
const ENHANCERS: Readonly<Record<string, string>> = {
  __guards__: '@UseGuards',
  __pipes__: '@UsePipes',
  __interceptors__: '@UseInterceptors',
  __exceptionFilters__: '@UseFilters',
};

const logger = new Logger('PortOneModule');

/**
 * Finds the decorated methods of every provider and controller. A class that two modules provide has two instances and
 * one meaning, so each of its methods is found once: what handles a payment must not run twice.
 *
 * @param decorationsOf the decorations of an instance that count
 */
export function findDecorated<D extends Decoration>(
  discovery: DiscoveryService,
  decorationsOf: (instance: object) => readonly D[],
): DecoratedMethod<D>[] {
  const seen = new Map<unknown, Set<string | symbol>>();
  const found: DecoratedMethod<D>[] = [];
  for (const wrapper of [...discovery.getProviders(), ...discovery.getControllers()]) {
    const instance: unknown = wrapper.isAlias ? undefined : wrapper.instance;
    if (typeof instance !== 'object' || instance === null) continue;
    const methods = seen.get(instance.constructor) ?? new Set();
    seen.set(instance.constructor, methods);
    for (const [method, decorations] of byMethod(decorationsOf(instance))) {
      if (methods.has(method)) continue;
      methods.add(method);
      found.push(toMethod(wrapper, instance as Target, decorations));
    }
  }
  return found;
}

/** Says that guards and the like, which run on routes, do not run on this method. */
export function warnOfEnhancers({ name, instance, method }: DecoratedMethod<Decoration>, instead: string): void {
  const decorated: unknown = instance[method];
  if (typeof decorated !== 'function') return;
  const carried = Object.keys(ENHANCERS).filter((key) => Reflect.hasMetadata(key, decorated));
  if (carried.length === 0) return;
  const enhancers = carried.map((key) => ENHANCERS[key]).join(', ');
  logger.warn(`${name} carries ${enhancers}: they do not run on it, for it is called as a plain method. ${instead}`);
}

/** For a method that is decorated for an account which is not there: it would never be called. */
export function checkAccount(
  accounts: readonly (string | undefined)[],
  wanted: string | undefined,
  what: string,
): void {
  if (accounts.includes(wanted)) return;
  const there = accounts.map((account) => (account === undefined ? 'the unnamed one' : `"${account}"`)).join(', ');
  throw new PortOneStartError(
    `${what} of ${accountName(wanted)}, which no PortOneModule registers (there: ${there}), so it would never be called. ` +
      `Register it with PortOneModule.forRoot({ name }), or name a registered one: { account: '…' }.`,
  );
}

export function accountName(account: string | undefined): string {
  return account === undefined ? 'the unnamed account' : `the account "${account}"`;
}

function byMethod<D extends Decoration>(decorations: readonly D[]): Map<string | symbol, [D, ...D[]]> {
  const methods = new Map<string | symbol, [D, ...D[]]>();
  for (const decoration of decorations) {
    const known = methods.get(decoration.method);
    if (known === undefined) methods.set(decoration.method, [decoration]);
    else known.push(decoration);
  }
  return methods;
}

function toMethod<D extends Decoration>(
  wrapper: InstanceWrapper,
  instance: Target,
  decorations: [D, ...D[]],
): DecoratedMethod<D> {
  const { method } = decorations[0];
  const scoped = wrapper.isTransient || !wrapper.isDependencyTreeStatic();
  return {
    name: `${instance.constructor.name}.${String(method)}`,
    method,
    instance,
    decorations,
    target: scoped ? async (resolve) => (await resolve(wrapper.token)) as Target : () => instance,
  };
}
