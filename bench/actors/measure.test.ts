import { expect, test } from 'vitest';
import { measureInTurn, type Work } from './measure.js';

// At stake: that a figure is the median of what was measured and its ratio is the right way up. Tried with works whose
// values are listed.

function listed(by: string, values: readonly number[], more: Partial<Work> = {}): Work {
  let next = 0;
  return {
    bench: 'b',
    work: 'w',
    by,
    unit: 'x',
    better: 'more',
    run: async () => ({ value: values[next++]! }),
    ...more,
  };
}

test('the first run warms up; median, least and most are of the others', async () => {
  const [odd] = await measureInTurn([listed('a', [999, 3, 1, 2])], 3, () => {});
  expect(odd).toMatchObject({ value: 2, least: 1, most: 3, baseline: null, ratio: null });
  const [even] = await measureInTurn([listed('a', [999, 3, 1])], 2, () => {});
  expect(even).toMatchObject({ value: 2, least: 1, most: 3 });
});

test.each([
  ['more', 0.5],
  ['less', 2],
] as const)(
  '%s is better: the ratio is of each round, and says how many times as good',
  async (better, ratio) => {
    const works = [
      listed('slow', [0, 10, 100, 1], { better, baselines: ['fast', 'alike'] }),
      listed('fast', [0, 20, 200, 1], { better }),
      listed('alike', [0, 10, 100, 1], { better }),
    ];
    const figures = await measureInTurn(works, 3, () => {});
    expect(figures.slice(0, 2)).toMatchObject([
      { by: 'slow', baseline: 'fast', ratio },
      { by: 'slow', baseline: 'alike', ratio: 1 },
    ]);
  },
);

test('everything runs in turn, round after round', async () => {
  const order: string[] = [];
  const works = [listed('a', [1, 1, 1]), listed('b', [1, 1, 1])];
  await measureInTurn(works, 2, ({ by }) => order.push(by));
  expect(order).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
});

test('a fresh process is not warmed up', async () => {
  const [figure] = await measureInTurn([listed('a', [4, 2], { isFresh: true })], 2, () => {});
  expect(figure).toMatchObject({ value: 3, least: 2, most: 4 });
});

test('a baseline that is not measured is refused', async () => {
  const work = listed('a', [1, 1], { baselines: ['c'] });
  await expect(measureInTurn([work], 1, () => {})).rejects.toThrow('b, w: nothing is done by c');
});
