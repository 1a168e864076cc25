import fc from 'fast-check';
import type { LifeEvent, Party, SentEvent, Trace } from '../simulation/trace.js';
import { actor, tellStory, test } from './stories.test-fixtures.js';

const FORMS = ['tell', 'ask', 'reply', 'rejection'] as const satisfies SentEvent['form'][];
const LIVES = [
  'spawned',
  'failed',
  'restarted',
  'stopped',
  'suspended',
  'resumed',
] as const satisfies LifeEvent['what'][];

/** What random stories are made of. */
export interface RandomStoryOptions {
  /** Paths of the actors; the test takes part beside them. */
  readonly paths: readonly string[];
  readonly eventsMax: number;
  /** What stands in a story as content, reason, detail and text, beside a number that makes each unique. */
  readonly text?: fc.Arbitrary<string>;
  readonly violated?: boolean;
}

/**
 * Stories that mostly mean nothing, but in which every message is sent before it ends. Messages overtake one another,
 * get lost and are duplicated; actors live as they please. The n-th event says `e<n>.` where it says anything.
 */
export function anyStory(options: RandomStoryOptions): fc.Arbitrary<Trace> {
  const { paths, eventsMax, text = fc.constant(''), violated } = options;
  const doing = fc.record({
    what: fc.constantFrom(
      'send',
      'send',
      'send',
      'handle',
      'handle',
      'handle',
      'repeat',
      'die',
      'live',
      'world',
    ),
    who: fc.nat(paths.length),
    whom: fc.nat(paths.length),
    form: fc.constantFrom(...FORMS),
    life: fc.constantFrom(...LIVES),
    world: fc.constantFrom('fault', 'command', 'time', 'note'),
    which: fc.nat(5),
    steps: fc.constantFrom(0, 1, 1),
    ms: fc.constantFrom(0, 0, 0, 1, 0.25),
    text,
  });
  const ending = violated === undefined ? fc.boolean() : fc.constant(violated);
  return fc
    .tuple(fc.array(doing, { maxLength: eventsMax, size: 'max' }), ending, fc.nat(paths.length), text)
    .map(([doings, isViolated, blamed, last]) => {
      const parties: Party[] = [test, ...paths.map((path, i) => actor(path, i % 3, i % 2))];
      const story = tellStory(`a story ${last}`);
      const open: number[] = [];
      for (const { what, who, whom, form, life, world, which, steps, ms, text } of doings) {
        story.step(steps, ms);
        const said = `e${story.end().events.length}.${text}`;
        const [one, other] = [parties[who]!, parties[whom]!];
        if (what === 'send') open.push(story.send(form, one, other, said, text));
        else if (what === 'live' && one !== test) story.live(life, one, text === '' ? '' : said);
        else if (what === 'world')
          story.world(world as 'fault', said, ...(one === other ? [] : [one, other]));
        else if (open.length > 0 && what === 'repeat') story.handle(open[which % open.length]!);
        else if (open.length > 0 && what === 'die') story.die(open.splice(which % open.length, 1)[0]!, said);
        else if (open.length > 0 && what === 'handle') story.handle(open.splice(which % open.length, 1)[0]!);
      }
      const said = `e${story.end().events.length}.${last}`;
      if (isViolated) story.violate('ledger', said, ...(blamed === 0 ? [] : [parties[blamed]!]));
      return story.end();
    });
}
