import type { ActorSystem } from '@skein/runtime';
import type { Effort } from './effort.js';
import { observation, type ParcelMessage } from './far-definitions.js';
import type { FarFloor } from './far-floor.js';
import { xtOneway, xtPingpong } from './far-workloads.js';
import type { Work } from './measure.js';
import { quantilesOf, rateOf, rateOfEach } from './sample.js';
import { ask } from './workloads.js';

const BENCH = 'threads';
const PAYLOAD_BYTES = [8, 64, 1024, 16_384];

/** What may be on its way to the other thread at once: it fits in a ring of the default size. */
const IN_FLIGHT_BYTES = 2 ** 19;
const ENVELOPE_BYTES = 96;

/** What messages between two threads are measured beside. */
export interface FarFloors {
  readonly ring: FarFloor;
  readonly port: FarFloor;
}

/** Messages between the main thread and a worker, beside the bare ring and Node's message port. */
export function threadWorks(system: ActorSystem, { ring, port }: FarFloors, { quick }: Effort): Work[] {
  const parcels = quick ? 3e4 : 3e5;
  const rounds = quick ? 3e3 : 3e4;
  const floors = ['bare ring', 'message port'] as const;
  const floorOf = { 'bare ring': ring, 'message port': port } as const;
  const trips = { bench: BENCH, work: 'round trip', unit: 'round trips/s', better: 'more' } as const;
  const questions = { bench: BENCH, work: 'ask', unit: 'us', better: 'less' } as const;
  return [
    ...onewayWorks('one way, observation', observation(), parcels),
    ...PAYLOAD_BYTES.flatMap((size) => {
      const parcel = { type: 'data', bytes: new Uint8Array(size) } as const;
      const window = Math.max(8, Math.floor(IN_FLIGHT_BYTES / (size + ENVELOPE_BYTES) / 8) * 8);
      return onewayWorks(`one way, ${size} bytes`, parcel, size > 1000 ? parcels / 10 : parcels, window);
    }),
    {
      ...trips,
      by: 'skein',
      baselines: floors,
      run: async () => rateOf(await xtPingpong(system, rounds)),
    },
    ...floors.map(
      (by): Work => ({
        ...trips,
        by,
        run: async () => rateOfEach(await floorOf[by].roundTrips(rounds, observation())),
      }),
    ),
    {
      ...questions,
      by: 'skein',
      baselines: floors,
      run: async () => quantilesOf(await ask(system, rounds)),
    },
    ...floors.map(
      (by): Work => ({
        ...questions,
        by,
        run: async () => quantilesOf(await floorOf[by].roundTrips(rounds, observation())),
      }),
    ),
  ];

  function onewayWorks(work: string, parcel: ParcelMessage, n: number, window?: number): Work[] {
    const oneway = { bench: BENCH, work, unit: 'messages/s', better: 'more' } as const;
    return [
      {
        ...oneway,
        by: 'skein',
        baselines: floors,
        run: async () => rateOf(await xtOneway(system, n, parcel, window)),
      },
      ...floors.map(
        (by): Work => ({
          ...oneway,
          by,
          run: async () => rateOf(await floorOf[by].oneway(n, parcel)),
        }),
      ),
    ];
  }
}
