import type { DiscoveryService } from '@nestjs/core';

import {
  accountName,
  checkAccount,
  findDecorated,
  warnOfEnhancers,
  type DecoratedMethod,
  type Target,
} from '../discovery/decorated-methods.js';
import { PortOneStartError } from '../errors/portone-start.error.js';
import type { ResolveScoped } from '../webhook/webhook.routes.js';
import { syncDecorationsOf, type SyncMetadata } from './on-payment-sync.decorator.js';
import type {
  DuplicateChargeHook,
  ExpectHook,
  MismatchHook,
  PaymentSyncContext,
  TransactionalSyncContext,
} from './payment-sync.types.js';
import type { Sdk } from '../sdk.types.js';

/** An account's `@OnPaymentSync` method with what it named, on the instance that one sync has to do with. */
export interface BoundSyncHandler {
  readonly apply: (payment: Sdk.Payment.Payment, context: PaymentSyncContext | TransactionalSyncContext) => unknown;
  readonly expect: ExpectHook | undefined;
  readonly onMismatch: MismatchHook | undefined;
  readonly onDuplicateCharge: DuplicateChargeHook | undefined;
}

/** An account's `@OnPaymentSync` method. */
export interface PaymentSyncHandler {
  /** `Class.method`. */
  readonly name: string;
  /** It is called within a transaction of the store. */
  readonly transactional?: boolean;
  bind(resolve: ResolveScoped): Promise<BoundSyncHandler>;
}

/**
 * Finds the `@OnPaymentSync` method of an account.
 *
 * @throws {PortOneStartError} on a second one, and on one for an account that is not there
 */
export function findSyncHandler(
  discovery: DiscoveryService,
  account: string | undefined,
  accounts: readonly (string | undefined)[],
): PaymentSyncHandler | undefined {
  const found = findDecorated(discovery, (instance) =>
    syncDecorationsOf(instance).filter((decoration) => {
      const what = `${instance.constructor.name}.${String(decoration.method)} applies payments`;
      checkAccount(accounts, decoration.account, what);
      return decoration.account === account;
    }),
  );
  const [first, second] = found.flatMap((one) => one.decorations.map((decoration) => ({ one, decoration })));
  if (second !== undefined) {
    throw new PortOneStartError(
      `${first!.one.name} and ${second.one.name} are both @OnPaymentSync methods of ${accountName(account)}. ` +
        'A payment is applied by one: remove all but one.',
    );
  }
  if (first === undefined) return undefined;
  warnOfEnhancers(first.one, 'Put what must run before it into the method.');
  return toHandler(first.one, first.decoration);
}

function toHandler(found: DecoratedMethod<SyncMetadata>, decoration: SyncMetadata): PaymentSyncHandler {
  return {
    name: found.name,
    transactional: decoration.transactional,
    async bind(resolve) {
      const target = await found.target(resolve);
      return {
        apply: (...args) => target[found.method]!(...args),
        expect: hookOf<ExpectHook>(target, decoration.expect),
        onMismatch: hookOf(target, decoration.onMismatch),
        onDuplicateCharge: hookOf(target, decoration.onDuplicateCharge),
      };
    },
  };
}

/** A hook as it can be called: itself, or the method of that name. The decorator's type saw to the method's. */
function hookOf<H extends (...args: never[]) => unknown>(target: Target, hook: string | H | undefined): H | undefined {
  if (typeof hook !== 'string') return hook;
  return ((...args: unknown[]) => target[hook]!(...args)) as unknown as H;
}
