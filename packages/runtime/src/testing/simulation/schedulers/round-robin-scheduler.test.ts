// At stake: a fair machine, without chance. Tried with what it does, written down.
import { expect, it } from 'vitest';
import { RoundRobinScheduler } from './round-robin-scheduler.js';
import { type Toy, ToySimulation } from './toy-programs.test-fixtures.js';

/** Who acts in a run of processes that have so many steps each. */
function order(scheduler: RoundRobinScheduler, lengths: readonly number[]): string {
  const left = [...lengths];
  const acted: number[] = [];
  const toy: Toy = {
    ways: () =>
      left
        .flatMap((steps, process) => (steps > 0 ? [{ process, kind: 'turn' as const, variant: 0 }] : []))
        .reverse(),
    step: ({ process }) => {
      left[process]!--;
      acted.push(process);
      return [];
    },
  };
  new ToySimulation().run(toy, scheduler);
  return acted.join('');
}

it('everybody has a turn, whoever has nothing to do is passed over', () => {
  expect(order(new RoundRobinScheduler(), [3, 1, 2])).toBe('012020');
});

it('who acts without alternative has had a turn', () => {
  const scheduler = new RoundRobinScheduler();
  scheduler.beginRun();
  scheduler.stepped(1);
  expect(scheduler.choose({ index: 0, count: 3, processes: Int32Array.of(0, 1, 2), kinds: [] })).toBe(2);
});

it('each run begins with another', () => {
  const scheduler = new RoundRobinScheduler();
  const orders = Array.from({ length: 4 }, () => order(scheduler, [2, 2, 2]));
  expect(orders).toEqual(['012012', '120120', '201201', '012012']);
});
