// At stake: whoever is left out of a picture must have had no part in what went wrong, and the less is left in, the
// sooner the cause is seen. Tried by hand, and with any story against the closure of all single causes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Trace } from '../simulation/trace.js';
import { causalPast } from './causal-past.js';
import { anyStory } from './random-stories.test-fixtures.js';
import { actor, doubleElection, tellStory, test } from './stories.test-fixtures.js';
import { readStory, type Story } from './story.js';

const [a, b, c] = [actor('/a'), actor('/b'), actor('/c')] as const;

function pastOf(trace: Trace) {
  const story = readStory(trace);
  const { events, lifelines } = causalPast(story);
  return {
    events: events.flatMap((is, index) => (is ? [index] : [])),
    names: story.cast.lifelines.filter((_, i) => lifelines[i]).map(({ name }) => name),
  };
}

/** Each event with what may have caused it at once. */
function causes(story: Story, index: number, blamed: readonly number[]): number[] {
  const event = story.events[index]!;
  const before = (lines: readonly number[]) =>
    story.events.flatMap((other, i) =>
      i < index && story.onLines(other).some((line) => lines.includes(line)) ? [i] : [],
    );
  if (event.kind === 'violation') return before(blamed);
  if (event.kind === 'time') return [];
  // What strikes several at once is seen by each, but tells none of another.
  if (event.kind === 'fault') return [];
  const flight = story.flightOf(event);
  const dead = flight?.ends.filter((end) => story.events[end]!.kind === 'dead') ?? [];
  if (event.kind === 'sent') return [...before(story.onLines(event)), ...dead];
  const born = event.kind === 'life' && event.what === 'spawned' ? story.cast.indexOf(event.actor) : -1;
  return [
    ...before(story.onLines(event).filter((line) => line !== born)),
    ...(flight === undefined ? [] : [flight.sent]),
  ];
}

describe('causalPast', () => {
  it('goes back along lifelines and messages, and no further', () => {
    const story = tellStory('chain');
    story.tell(test, a, 'go'); // 0, 1
    story.tell(c, c, 'elsewhere'); // 2, 3
    const late = story.send('tell', a, b, 'on'); // 4
    story.send('tell', a, c, 'after'); // 5: sent after all that mattered
    story.step().handle(late); // 6
    story.violate('ledger', 'broken', b);
    expect(pastOf(story.end())).toEqual({ events: [0, 1, 4, 6, 7], names: ['test', '/a', '/b'] });
  });

  it('blames whom the text names, and not one whose name is longer', () => {
    const story = tellStory('named');
    const top = actor('/top/a');
    for (const each of [a, b, actor('/a/child'), actor('/a-1'), top]) story.live('spawned', each);
    story.violate('ledger', 'leader is /a.');
    expect(pastOf(story.end()).names).toEqual(['/a']);
    story.violate('ledger', 'leader is "/top/a"');
    expect(pastOf({ name: '', events: story.end().events.toSpliced(-2, 1) }).names).toEqual(['/top/a']);
  });

  it('blames the last step for an invariant that names nobody', () => {
    const story = tellStory('last');
    story.tell(a, a, 'one');
    story.tell(b, b, 'two');
    story.violate('invariant', 'broken');
    expect(pastOf(story.end())).toEqual({ events: [2, 3, 4], names: ['/b'] });
  });

  it('blames all for another law that names nobody', () => {
    const story = tellStory('all');
    story.tell(a, a, 'one');
    story.tell(b, b, 'two');
    story.violate('eventually', 'broken');
    expect(pastOf(story.end()).events).toEqual([0, 1, 2, 3, 4]);
  });

  it('takes a child back to its parent', () => {
    const story = tellStory('family');
    story.tell(b, a, 'spawn one');
    story.live('spawned', actor('/a/child'));
    story.tell(actor('/a/child'), c, 'hello');
    story.violate('ledger', 'broken', c);
    expect(pastOf(story.end()).names).toEqual(['/b', '/a', '/a/child', '/c']);
  });

  it('goes on to dead letters, and back to why they are dead', () => {
    const story = tellStory('dead'); // As it matters for what has not happened.
    story.tell(test, a, 'begin'); // 0, 1
    const letter = story.send('tell', a, b, 'work'); // 2
    story.tell(c, b, 'stop'); // 3, 4
    story.live('stopped', b); // 5
    story.die(letter, 'actor-stopped'); // 6
    story.tell(c, c, 'elsewhere'); // 7, 8
    story.violate('eventually', 'work is not done', a); // 9
    expect(pastOf(story.end()).events).toEqual([0, 1, 2, 3, 4, 5, 6, 9]);
  });

  it('does not take a parent on to its other children', () => {
    const story = tellStory('siblings');
    for (const each of [a, actor('/a/one'), actor('/a/two')]) story.live('spawned', each);
    story.tell(actor('/a/one'), b, 'hello');
    story.violate('ledger', 'broken', b);
    expect(pastOf(story.end()).names).toEqual(['/a', '/a/one', '/b']);
  });

  it('is everything if nothing is violated', () => {
    expect(pastOf({ ...doubleElection(), events: doubleElection().events.slice(0, -1) }).events).toHaveLength(
      27,
    );
  });

  it('is the reflexive and transitive closure of single causes', () => {
    const paths = ['/a', '/b', '/b/c', '/d', '/b/c/e'];
    let partial = 0;
    fc.assert(
      fc.property(anyStory({ paths, eventsMax: 60, violated: true }), (trace) => {
        const story = readStory(trace);
        const last = story.events.at(-1)!;
        const named = story.onLines(last);
        const everybody = story.cast.lifelines.map(({ index }) => index);
        const model = new Set([story.events.length - 1]);
        // A set is walked in the order in which it grows.
        for (const index of model) {
          for (const cause of causes(story, index, named.length > 0 ? named : everybody)) model.add(cause);
        }
        const past = causalPast(story);
        const found = past.events.flatMap((is, index) => (is ? [index] : []));
        // Where all are to blame, what lies on no lifeline had its part as little as ever.
        expect(found).toEqual([...model].sort((one, other) => one - other));
        if (found.length < story.events.length / 2) partial++;
      }),
      { numRuns: 200 },
    );
    expect(partial).toBeGreaterThan(10);
  });
});
