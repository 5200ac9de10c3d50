import type { SandboxDuration } from '../time/duration.js';
import type { Desk } from '../state/desk.js';
import { refusing, type Call, type Endpoint } from './endpoint.js';
import { BOOLEAN, described, DURATION, INSTANT, object } from './schemas.js';

export const CLOCK = object(
  {
    now: described(INSTANT, "The sandbox's time."),
    mode: described({ enum: ['real', 'manual'] }, '`manual`: it stands still until it is advanced.'),
  },
  ['now', 'mode'],
);

export const CLOCK_ENDPOINTS: readonly Endpoint[] = [
  {
    method: 'GET',
    path: 'clock',
    summary: 'The time',
    answer: CLOCK,
    ofStore: false,
    run: ({ desk }) => clockOf(desk),
  },
  {
    method: 'POST',
    path: 'clock/advance',
    summary: 'Advance a manual clock',
    description: 'Fires what falls due on the way, in order, each at its own time. Refused where the clock is real.',
    body: object({
      ...(DURATION.properties as object),
      awaitDeliveries: described(
        { ...BOOLEAN, default: true },
        '`true`: answer when what became due on the way is delivered. `false`: let time pass under the deliveries.',
      ),
    }),
    answer: CLOCK,
    ofStore: false,
    run: advance,
  },
];

export function clockOf({ clock }: Desk) {
  return { now: clock.now().toISOString(), mode: clock.isManual ? 'manual' : 'real' };
}

async function advance({ desk, merchants, input, fields: { awaitDeliveries: _, ...duration } }: Call) {
  const awaitDeliveries = input.optionalBoolean('awaitDeliveries') ?? true;
  await refusing(() => desk.clock.advance(duration as SandboxDuration, { awaitDeliveries }));
  for (const one of merchants.desks) one.tell('clock');
  return clockOf(desk);
}
