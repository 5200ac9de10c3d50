import { PortOneConfirm, PortOneWebhook } from '../../../lib/webhook/portone-webhook.decorator.js';

/** Decorates as TypeScript does. */
function decorate(decorator: unknown, target: object, name: string): void {
  const descriptor = Object.getOwnPropertyDescriptor(target, name)!;
  (decorator as MethodDecorator)(target, name, descriptor);
}

describe('a decorator that could never have an effect is refused when the class is made', () => {
  class Orders {
    onPaid(): void {}
    static onPaid(): void {}
  }

  it.each([
    ['@PortOneWebhook', () => PortOneWebhook('Transaction.Paid')],
    ['@PortOneConfirm', () => PortOneConfirm()],
  ])('%s on a static method, which belongs to no provider', (name, make) => {
    expect(() => decorate(make(), Orders, 'onPaid')).toThrow(TypeError);
    expect(() => decorate(make(), Orders, 'onPaid')).toThrow(new RegExp(`^${name} on Orders\\.onPaid.*static`));
    expect(() => decorate(make(), Orders.prototype, 'onPaid')).not.toThrow();
  });

  it.each(['Transaction.Payed', 'transaction.paid', 'Payment.*', 'Transaction*', '**', '.*', ''])(
    'on the event %j, of which there is none',
    (pattern) => {
      const decorator = PortOneWebhook(pattern as '*');
      expect(() => decorate(decorator, Orders.prototype, 'onPaid')).toThrow(
        new RegExp(`^@PortOneWebhook on Orders\\.onPaid: there is no event '.*'\\. Known are Transaction\\.Ready,`),
      );
    },
  );

  it('on no event, or on options alone', () => {
    const none = PortOneWebhook as unknown as (...args: unknown[]) => unknown;
    for (const decorator of [none(), none({ account: 'b' })]) {
      expect(() => decorate(decorator, Orders.prototype, 'onPaid')).toThrow(
        /^@PortOneWebhook on Orders\.onPaid names no event\./,
      );
    }
  });

  it('on the question before an approval', () => {
    const decorator = PortOneWebhook('Transaction.Confirm' as '*');
    expect(() => decorate(decorator, Orders.prototype, 'onPaid')).toThrow(/Use @PortOneConfirm\(\) for it\.$/);
  });
});
