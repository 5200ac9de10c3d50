import { Inject, type Type } from '@nestjs/common';

type Injected = Type<unknown> | (abstract new (...args: never[]) => unknown);

/**
 * The injection token of an account's client, service, verifier, dispatcher, events or inbox: the class itself for the
 * unnamed account, a text for a named one.
 *
 * @example
 * const payments = moduleRef.get(getPortOneToken(PaymentService, 'b'));
 */
export function getPortOneToken<T extends Injected>(type: T, account?: string): T | string {
  return account === undefined ? type : `PortOne(${account}).${type.name}`;
}

/**
 * Injects something of a named account.
 *
 * @example
 * constructor(@InjectPortOne(PaymentService, 'b') private readonly payments: PaymentService) {}
 */
export function InjectPortOne(type: Injected, account?: string): ParameterDecorator & PropertyDecorator {
  return Inject(getPortOneToken(type, account));
}

/** The options as they were given. Private to a registration: each module resolves its own. */
export const MODULE_OPTIONS = 'PORTONE_MODULE_OPTIONS';

/** The validated options with their defaults. Private to a registration. */
export const SETTINGS = 'PORTONE_SETTINGS';

/** What an account's flows remember in: {@link AccountFlows}. Private to a registration. */
export const FLOWS = 'PORTONE_FLOWS';

/** What takes up an account's due deliveries, if its inbox has such. Private to a registration. */
export const REDRIVER = 'PORTONE_REDRIVER';

/** Where an account's deliveries arrive, and which account it is. One to a registration, found by all of them. */
export const SITE = Symbol.for('nestjs-portone.site');
