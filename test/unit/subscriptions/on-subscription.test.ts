import { OnSubscription } from 'nestjs-portone';

it.each(['chargd', '*', '', undefined, 'toString'])('@OnSubscription takes %p for no event', (event) => {
  class Memberships {
    onCharged(): void {}
  }
  const { prototype } = Memberships;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'onCharged')!;
  expect(() => OnSubscription(event as 'charged')(prototype, 'onCharged', descriptor)).toThrow(
    new TypeError(
      `@OnSubscription on Memberships.onCharged: there is no event '${event}'. Known are charged, failed, lapsed, charged-after-cancel, duplicate-charge.`,
    ),
  );
});
