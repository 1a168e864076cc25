import type { ActorRef, ActorSystem } from '@skein/runtime';
import type { Effort } from './effort.js';
import type { Work } from './measure.js';
import { type Alarm, criticalAlarm, standardAlarm, toiler } from './priority-definitions.js';

/** Enough that a turn of each, one after the other, takes a while. */
const TOILERS = 20;

/** How long a ring waits for the actor it is for, while handlers of 20 µs keep the thread busy. */
export function priorityWorks(system: ActorSystem, { quick }: Effort): Work[] {
  const count = quick ? 200 : 1000;
  const common = {
    bench: 'priority',
    work: 'ring under saturating load',
    unit: 'us',
    better: 'less',
  } as const;
  return [
    {
      ...common,
      by: 'skein, critical',
      baselines: ['skein, standard'],
      run: () => ring(system, criticalAlarm, count),
    },
    { ...common, by: 'skein, standard', run: () => ring(system, standardAlarm, count) },
  ];
}

async function ring(
  system: ActorSystem,
  definition: typeof criticalAlarm,
  count: number,
): Promise<{ p50: number; p99: number }> {
  const latenciesUs: number[] = [];
  let alarm!: ActorRef<Alarm>;
  const rung = new Promise<void>((done) => {
    alarm = system.spawn(definition, { latenciesUs, count, done });
  });
  const toilers = Array.from({ length: TOILERS }, () => system.spawn(toiler, alarm));
  for (const one of toilers) one.send({ type: 'toil' });
  await rung;
  await Promise.all([...toilers, alarm].map((ref) => system.stopActor(ref, { now: true })));
  const sorted = latenciesUs.slice(0, count).sort((a, b) => a - b);
  return { p50: sorted[count >> 1]!, p99: sorted[Math.floor(count * 0.99)]! };
}
