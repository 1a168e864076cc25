import { type ActorRef, defineActor } from '@skein/runtime';

/** For `createSystem({ modules })`. */
export const priorityModules: readonly URL[] = [new URL(import.meta.url)];

export type Alarm = { ring: { readonly sentMs: number } };

/** Where alarms leave how long each ring was under way, microseconds. */
export interface Rings {
  readonly latenciesUs: number[];
  readonly count: number;
  readonly done: () => void;
}

const initial = (rings: Rings) => rings;
const receive = {
  ring: ({ latenciesUs, count, done }: Rings, { sentMs }: { readonly sentMs: number }) => {
    if (latenciesUs.push((performance.now() - sentMs) * 1000) === count) done();
  },
};

export const criticalAlarm = defineActor<Alarm>()({
  name: 'critical-alarm',
  initial,
  receive,
  priority: 'critical',
});
export const standardAlarm = defineActor<Alarm>()({ name: 'standard-alarm', initial, receive });

/** How long one handler of a worker takes, ms. */
const WORK_MS = 0.02;
/** Of so many handlers one rings the alarm. */
const RING_EVERY = 50;

/** Works without end, and rings an alarm now and then. */
export const toiler = defineActor<{ toil: {} }>()({
  name: 'toiler',
  initial: (alarm: ActorRef<Alarm>) => ({ alarm, toils: 0 }),
  receive: {
    toil: (state, message, context) => {
      context.self.send(message);
      if (++state.toils % RING_EVERY === 0) state.alarm.send({ type: 'ring', sentMs: performance.now() });
      const endMs = performance.now() + WORK_MS;
      while (performance.now() < endMs);
    },
  },
});
