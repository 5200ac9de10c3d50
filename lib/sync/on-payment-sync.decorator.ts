import { addDecoration, decorationsOf, type Decoration } from '../discovery/decorations.js';
import type { Sdk } from '../sdk.types.js';
import type {
  DuplicateChargeHook,
  ExpectHook,
  MismatchHook,
  OrderSyncContext,
  PaymentSyncContext,
  SyncedPayment,
  TransactionalSyncContext,
} from './payment-sync.types.js';

/** What `@OnPaymentSync` takes with `expect`. Names are those of methods of the same class, which are not private. */
export interface OnPaymentSyncOptions<
  Expect extends string,
  Mismatch extends string = never,
  DuplicateCharge extends string = never,
> {
  /**
   * The account whose payments it takes.
   * @default the unnamed one
   */
  account?: string;
  /** The method that answers what the order of a payment expects: an {@link ExpectHook}. */
  expect: Expect;
  /**
   * What is called in place of the method when a payment is not what its order expects: a method's name, or a hook such
   * as `refundMismatch`.
   * @default none: the sync fails with a `PaymentVerificationError`, and again whenever it is tried, until it is refunded
   */
  onMismatch?: Mismatch | MismatchHook;
  /**
   * What is called in place of the method when the order was paid by another payment or has lapsed: a method's name, or
   * a hook such as `refundDuplicateCharge`.
   * @default none: the sync fails with a `DuplicateChargeError`, and again whenever it is tried, until it is refunded
   */
  onDuplicateCharge?: DuplicateCharge | DuplicateChargeHook;
  /**
   * The method gets `context.transaction`: its writes and the note that this state was applied take effect together, or
   * not at all, also when the lock was lost meanwhile. `expect` and hooks run outside of it. The store must have
   * transactions (`PostgresPaymentSyncStore`), else the application does not start.
   * @default false
   */
  transactional?: boolean;
}

/** One decoration of a method. */
export interface SyncMetadata extends Decoration {
  readonly account: string | undefined;
  readonly expect: string | undefined;
  readonly onMismatch: string | MismatchHook | undefined;
  readonly onDuplicateCharge: string | DuplicateChargeHook | undefined;
  readonly transactional: boolean;
}

type SyncDecorator<Owner, P, Context> = <Class extends Owner, M extends (payment: P, context: Context) => unknown>(
  target: Class,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<M>,
) => void;

/** Where a function is given, no name is inferred, and the compiler falls back on every text there is. */
type Named<Name extends string> = string extends Name ? never : Name;

/** What a class has whose methods are named. */
type HooksOf<Expect extends string, Mismatch extends string, DuplicateCharge extends string> = Record<
  Expect,
  ExpectHook
> &
  Record<Named<Mismatch>, MismatchHook> &
  Record<Named<DuplicateCharge>, DuplicateChargeHook>;

const SYNC = Symbol.for('nestjs-portone.payment-sync');

/**
 * Marks the one method of an account that is told every state of a payment, by whatever way it was learnt: the browser's
 * return, a webhook, the reconciler. It never runs twice at once for one payment, and not again for a state that it
 * returned from. Throw, and it is called again with what the payment is then.
 *
 * With `expect`, what it gets as paid is a {@link VerifiedPayment}: compared with the application's own order, and the
 * first success of that order. Any other charge goes to `onMismatch` or `onDuplicateCharge`. It is a plain call on the
 * instance: guards, pipes, interceptors and filters do not run on it.
 *
 * @example
 * class Orders { @OnPaymentSync({ expect: 'expected', onMismatch: refundMismatch }) async apply(payment: SyncedPayment) { … } }
 */
export function OnPaymentSync(options?: {
  account?: string;
}): SyncDecorator<object, Sdk.Payment.Payment, PaymentSyncContext>;
export function OnPaymentSync<
  Expect extends string,
  Mismatch extends string = never,
  DuplicateCharge extends string = never,
>(
  options: OnPaymentSyncOptions<Expect, Mismatch, DuplicateCharge> & { transactional: true },
): SyncDecorator<HooksOf<Expect, Mismatch, DuplicateCharge>, SyncedPayment, TransactionalSyncContext>;
export function OnPaymentSync<
  Expect extends string,
  Mismatch extends string = never,
  DuplicateCharge extends string = never,
>(
  options: OnPaymentSyncOptions<Expect, Mismatch, DuplicateCharge>,
): SyncDecorator<HooksOf<Expect, Mismatch, DuplicateCharge>, SyncedPayment, OrderSyncContext>;
export function OnPaymentSync(
  options: { account?: string } & Partial<OnPaymentSyncOptions<string, string, string>> = {},
): SyncDecorator<object, never, never> {
  const { account, expect, onMismatch, onDuplicateCharge, transactional = false } = options;
  return (target, method) => {
    const where = `@OnPaymentSync on ${target.constructor.name}.${String(method)}`;
    if (expect === undefined && (onMismatch !== undefined || onDuplicateCharge !== undefined)) {
      throw new TypeError(
        `${where} has a hook but no expect, without which it is never called. Name a method in expect.`,
      );
    }
    if (expect === undefined && transactional) {
      throw new TypeError(`${where} is transactional but has no expect. Name a method in expect.`);
    }
    for (const name of [expect, onMismatch, onDuplicateCharge]) checkMethod(target, name, where);
    addDecoration<SyncMetadata>(SYNC, '@OnPaymentSync', target, {
      method,
      account,
      expect,
      onMismatch,
      onDuplicateCharge,
      transactional,
    });
  };
}

/** The decorations of an instance's methods, inherited ones included. */
export function syncDecorationsOf(instance: object): SyncMetadata[] {
  return decorationsOf(SYNC, instance);
}

/** Methods are on the prototype by the time their decorators run, whatever their order. */
function checkMethod(
  prototype: object,
  name: string | undefined | ((...args: never[]) => unknown),
  where: string,
): void {
  if (name === undefined || typeof name === 'function') return;
  if (typeof (prototype as Record<string, unknown>)[name] === 'function') return;
  throw new TypeError(`${where} names "${name}", which is no method of ${prototype.constructor.name}.`);
}
