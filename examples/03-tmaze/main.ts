import { spawnSwarm } from '@skein/agents';
import {
  choiceOption,
  defineExample,
  type ExampleIo,
  formatTable,
  numberOption,
  runIfMain,
  seedOption,
} from '@skein/cli';
import { T_MAZE_LOCATIONS, T_MAZE_REWARDS } from '@skein/inference';
import { createSystem } from '@skein/runtime';
import { type Choice, mouse } from './actors.js';
import { describeSight, explain, nats } from './explain.js';
import { contextOf, Maze } from './maze.js';

const PLACES = Object.keys(T_MAZE_LOCATIONS);
const STEPS_MAX = 6;

const example = defineExample({
  name: '03-tmaze',
  summary: 'A mouse visits a cue first, because information is worth it, then the reward',
  details: 'Try `--cue-reliability 0.5`: a cue that tells nothing is not worth a visit.',
  options: {
    context: choiceOption(['right', 'left'], {
      description: 'the arm with the reward; left out, the seed decides',
      placeholder: 'ARM',
    }),
    cueReliability: numberOption({
      description: 'how often the cue tells the truth',
      placeholder: 'PROBABILITY',
      default: 1,
      min: 0.5,
      max: 1,
    }),
    seed: seedOption(),
  },

  async run({ context, cueReliability, seed }, io) {
    await using system = await createSystem({
      modules: [new URL('./actors.js', import.meta.url)],
      extensions: { maze: { cueReliability } },
      seed,
    });
    // A swarm of one. The mouse is an actor: it is sent what it sees, and answers where it goes.
    const swarm = await spawnSwarm(system, mouse, { count: 1 });
    const maze = new Maze(context ?? contextOf(seed), cueReliability, seed);
    io.print('A mouse in a T-maze: one arm holds a reward, the other a loss, and a cue says which.');
    io.print(`The mouse does not know that the reward is ${maze.context}.`);
    io.print(
      'It takes the policy with the lowest expected free energy, G = -(utility + information gain), in nats.',
    );

    const steps = [];
    for (let step = 1; step <= STEPS_MAX; step++) {
      const [location, reward, cue] = maze.look(step);
      const { actions } = await swarm.step([[location, reward, cue]]);
      const choice = actions[0]!;
      const at = PLACES[location]!;
      const sees = describeSight([location, reward, cue]);
      printHeading(io, step, at, sees, choice.rightRewarded);
      if (reward === T_MAZE_REWARDS.reward) {
        steps.push({ step, at, sees, rightRewarded: choice.rightRewarded });
        break;
      }
      const { because, why } = explain(choice);
      printPolicies(io, choice, why);
      steps.push({ step, at, sees, ...choice, goTo: PLACES[choice.goTo]!, because, why });
      maze.location = choice.goTo;
    }
    io.print();
    io.print(`The way: ${steps.map(({ at }) => at).join(', ')}.`);
    return { result: { context: maze.context, cueReliability, seed, steps } };
  },
});

function printHeading(io: ExampleIo, step: number, at: string, sees: string, rightRewarded: number): void {
  const [right, left] = [rightRewarded, 1 - rightRewarded].map((p) => `${(100 * p).toFixed(0)} %`);
  io.print();
  io.print(io.colors.bold(`Step ${step}, ${at}`));
  io.print(`  sees      ${sees}`);
  io.print(`  believes  the reward is right ${right}, left ${left}`);
}

/** The best on top; utility, information gain and G in nats. */
function printPolicies(io: ExampleIo, { goTo, evaluations }: Choice, why: string): void {
  const chosen = evaluations[goTo]!;
  const rows = evaluations
    .toSorted((a, b) => a.expectedFreeEnergy - b.expectedFreeEnergy)
    .map((policy) => {
      const { utility, informationGain, expectedFreeEnergy, probability } = policy;
      const terms = [utility, informationGain, expectedFreeEnergy].map(nats);
      const row = [`  go to ${policy.goTo}`, ...terms, probability.toFixed(2)];
      return policy === chosen ? row.map(io.colors.green) : row;
    });
  const titles = ['  policy', 'utility', 'information gain', 'G', 'probability'];
  io.print(
    formatTable(
      titles.map((title, i) => ({ title, align: i === 0 ? 'left' : 'right' })),
      rows,
    ),
  );
  io.print(`  chooses   ${io.colors.green(chosen.goTo)}, ${why}`);
}

export default example;
await runIfMain(import.meta.url, example);
