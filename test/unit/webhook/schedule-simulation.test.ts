import { Logger } from '@nestjs/common';

import { simulate, type Outage, type SimulationResult } from './schedule-simulation.js';

// Every failure is logged, and there are thousands.
beforeAll(() => {
  Logger.overrideLogger(false);
});

const SEEDS = Array.from({ length: 10 }, (_, index) => index + 1);

describe.each([30, 60, 240])(
  'an outage of %i minutes, with PortOne’s schedule and handlers of 5 s to 30 min,',
  (outageMinutes) => {
    it.each<[what: string, kind: Outage]>([
      ['every process', 'processes'],
      ['the store', 'store'],
      ['the way from PortOne', 'network'],
    ])(
      'of %s loses nothing that reached us once',
      async (_what, kind) => {
        const results: SimulationResult[] = [];
        for (const seed of SEEDS) results.push(await simulate({ kind, outageMinutes, seed, deliveries: 40 }));
        expect(results.flatMap(({ lost }) => lost)).toEqual([]);
        // What never came was sent six times, each time into the outage.
        expect(results.flatMap(({ unexplained }) => unexplained)).toEqual([]);
        expect(results.map(({ overlaps }) => overlaps)).toEqual(SEEDS.map(() => 0));
        // The inbox had to finish some of it itself, also what PortOne had given up, or this says little.
        expect(results.every(({ redriven }) => redriven > 0)).toBe(true);
        expect(results.some(({ finishedAlone }) => finishedAlone > 0)).toBe(true);
      },
      120_000,
    );
  },
);
