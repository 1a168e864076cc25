// At stake: that the mouse goes to the cue because of what the cue tells, and says so truthfully. Tried by running
// the program and reading its numbers: take the information gain away, and nothing speaks for the cue.
import { describe, expect, test } from 'vitest';
import { runOrFail } from '../../test/run-command.js';
import type { Evaluation } from './actors.js';

const root = new URL('../../', import.meta.url);

async function run(...args: string[]): Promise<string> {
  const command = ['packages/cli/dist/main.js', 'run', '03-tmaze', ...args];
  const { stdout, stderr } = await runOrFail(process.execPath, command, { cwd: root });
  expect(stderr).toBe('');
  return stdout;
}

/** As `--json` prints it; the last step, at the reward, has no choice. */
interface Step {
  readonly at: string;
  readonly sees: string;
  readonly rightRewarded: number;
  readonly goTo?: string;
  readonly because?: string;
  readonly evaluations?: readonly Evaluation[];
}

async function steps(...args: string[]): Promise<Step[]> {
  return JSON.parse(await run(...args, '--json')).steps;
}

/** Names of the policies with the greatest value, up to rounding. */
function best(step: Step, value: (evaluation: Evaluation) => number): string[] {
  const most = Math.max(...step.evaluations!.map(value));
  return step.evaluations!.filter((evaluation) => most - value(evaluation) < 1e-9).map(({ goTo }) => goTo);
}

describe.each(['right', 'left'])('03-tmaze with the reward %s', (context) => {
  test('the mouse visits the cue, then the rewarded arm', async () => {
    const way = await steps('--context', context);
    expect(way.map(({ at }) => at)).toEqual(['centre', 'cue', context]);
    expect(way.map(({ because }) => because)).toEqual(['information', 'reward', undefined]);
    expect(way.at(-1)!.sees).toBe('the reward');
  });

  test('information is all that speaks for the cue, and reward for the arm', async () => {
    const [first, second] = await steps('--context', context);
    expect(first!.rightRewarded).toBe(0.5);
    expect(best(first!, ({ expectedFreeEnergy: G }) => -G)).toEqual(['cue']);
    expect(best(first!, ({ informationGain }) => informationGain)).toEqual(['cue']);
    expect(best(first!, ({ utility }) => utility)).toHaveLength(4);
    expect(first!.evaluations!.find(({ goTo }) => goTo === 'cue')!.informationGain).toBeCloseTo(Math.LN2, 6);

    expect(second!.rightRewarded).toBeCloseTo(context === 'right' ? 1 : 0, 6);
    expect(best(second!, ({ expectedFreeEnergy: G }) => -G)).toEqual([context]);
    expect(best(second!, ({ utility }) => utility)).toEqual([context]);
    for (const { informationGain } of second!.evaluations!) expect(informationGain).toBeCloseTo(0, 6);
  });
});

test('03-tmaze prints what it saw, believed, weighed and chose', async () => {
  expect((await run('--context', 'left')).split('\n')).toEqual([
    'A mouse in a T-maze: one arm holds a reward, the other a loss, and a cue says which.',
    'The mouse does not know that the reward is left.',
    'It takes the policy with the lowest expected free energy, G = -(utility + information gain), in nats.',
    '',
    'Step 1, centre',
    '  sees      nothing',
    '  believes  the reward is right 50 %, left 50 %',
    '  policy        utility  information gain     G  probability',
    '  go to cue       -5.13              0.69  4.44         0.71',
    '  go to right     -5.13              0.60  4.54         0.15',
    '  go to left      -5.13              0.60  4.54         0.15',
    '  go to centre    -5.13              0.00  5.13         0.00',
    '  chooses   cue, for information: no place is liked better, and it tells 0.69 nats about where the reward is ("right": 0.60).',
    '',
    'Step 2, cue',
    '  sees      a cue that says "left"',
    '  believes  the reward is right 0 %, left 100 %',
    '  policy        utility  information gain     G  probability',
    '  go to left      -2.25              0.00  2.25         1.00',
    '  go to cue       -5.13              0.00  5.13         0.00',
    '  go to centre    -5.13              0.00  5.13         0.00',
    '  go to right     -8.01              0.00  8.01         0.00',
    '  chooses   left, for the reward: 2.88 nats more utility than "cue".',
    '',
    'Step 3, left',
    '  sees      the reward',
    '  believes  the reward is right 0 %, left 100 %',
    '',
    'The way: centre, cue, left.',
    '',
  ]);
});

test('a cue that tells nothing is not worth a visit', async () => {
  const way = await steps('--context', 'left', '--cue-reliability', '0.5');
  expect(way.map(({ at }) => at)).toEqual(['centre', 'right', 'left']);
  const cue = way[0]!.evaluations!.find(({ goTo }) => goTo === 'cue')!;
  expect(cue.informationGain).toBeCloseTo(0, 6);
});

test('the seed decides where the reward is, and nothing else does', async () => {
  const contexts = await Promise.all(
    [1, 2, 3, 4, 5, 6].map(async (seed) => JSON.parse(await run('--seed', `${seed}`, '--json')).context),
  );
  expect(new Set(contexts)).toEqual(new Set(['right', 'left']));
  expect(await run('--seed', '3', '--json')).toBe(await run('--seed', '3', '--json'));
});
