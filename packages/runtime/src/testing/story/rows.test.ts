// At stake: a story tells everything once, and a reader who takes an arrow for sent where it stands is not misled.
// Tried by hand for each reason to split a message, and with any story.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Trace } from '../simulation/trace.js';
import { anyStory } from './random-stories.test-fixtures.js';
import { rowsOf } from './rows.js';
import { actor, type StoryTeller, tellStory } from './stories.test-fixtures.js';
import { readStory } from './story.js';

const [a, b, c] = [actor('/a'), actor('/b'), actor('/c')] as const;

function outline(trace: Trace): string[] {
  return rowsOf(readStory(trace)).map((row) => {
    if (row.kind === 'message') return `${row.flight.event.type} ${row.part}${row.mark && ` ${row.mark}`}`;
    return row.kind === 'life' ? `${row.lives.length} ${row.lives[0]!.what}` : row.event.kind;
  });
}

describe('rowsOf', () => {
  const between: [string, (story: StoryTeller) => void, string[]][] = [
    ['nothing', () => {}, []],
    ['what others do', (story) => story.tell(c, c, 'x'), ['x whole']],
    ['an older message at the receiver', (story) => story.handle(0), ['old whole']],
    ['more sendings', (story) => void story.send('tell', a, c, 'x'), ['x sending']],
  ];
  it.each(between)('keeps a message whole over %s', (_, happen, rows) => {
    const story = tellStory('whole');
    story.send('tell', c, b, 'old');
    const message = story.send('tell', a, b, 'm');
    happen(story);
    story.handle(message);
    const old = rows.includes('old whole') ? [] : ['old sending'];
    expect(outline(story.end())).toEqual([...old, ...rows, 'm whole']);
  });

  const splitting: [string, (story: StoryTeller) => void][] = [
    ['its sender has gone on', (story) => story.tell(c, a, 'x')],
    ['its sender has failed', (story) => story.live('failed', a)],
    ['its receiver has been restarted', (story) => story.live('restarted', b)],
    ['its receiver has taken a later message', (story) => story.tell(c, b, 'x')],
    ['a later message of its sender has arrived', (story) => story.tell(a, c, 'x')],
    ['time has passed', (story) => story.step(1, 5)],
    ['a fault has struck', (story) => story.world('fault', 'partition')],
    ['it has been duplicated', (story) => story.handle(0)],
  ];
  it.each(splitting)('splits a message if meanwhile %s', (_, happen) => {
    const story = tellStory('split');
    const message = story.send('tell', a, b, 'm');
    happen(story);
    story.handle(message);
    const rows = outline(story.end());
    expect([rows[0], rows.at(-1)]).toEqual(['m sending ①', 'm end ①']);
  });

  it('tells equal steps of several lives at once', () => {
    const story = tellStory('lives');
    for (const each of [a, b, c]) story.live('spawned', each);
    story.live('stopped', a);
    story.step().live('stopped', b);
    expect(outline(story.end())).toEqual(['3 spawned', '1 stopped', '1 stopped']);
  });

  it('does not fail on the end of a message that nobody sent', () => {
    const story = tellStory('unheard');
    story.handle(7);
    story.die(8, 'full');
    expect(rowsOf(readStory(story.end()))).toMatchObject([
      { event: { text: 'message 7 is handled' } },
      { event: { text: 'message 8 is dead: full' } },
    ]);
  });

  it('marks messages under way at once differently, each twice', () => {
    const story = tellStory('marks');
    const messages = Array.from({ length: 45 }, (_, i) => story.send('tell', a, b, `m${i}`));
    for (const message of messages.reverse()) story.step().handle(message);
    const rows = outline(story.end()).filter((row) => !row.endsWith('whole'));
    const marks = rows.map((row) => row.split(' ')[2]!);
    expect(marks.slice(19, 22)).toEqual(['⑳', '(21)', '(22)']);
    for (const mark of new Set(marks)) expect(marks.filter((each) => each === mark)).toHaveLength(2);
  });

  it('uses a mark again once its message has ended, the one free longest first', () => {
    const story = tellStory('marks');
    for (let i = 0; i < 42; i++) {
      const message = story.send('tell', a, b, 'm');
      story.step(1, 1).handle(message);
    }
    const marks = outline(story.end()).map((row) => row.split(' ')[2]!);
    expect([marks[0], marks[1], marks[2], marks[39], marks[40], marks[83]]).toEqual([
      '①',
      '①',
      '②',
      '⑳',
      '①',
      '②',
    ]);
  });

  it('tells each event once, in an order that respects each end and each lifeline', () => {
    const paths = ['/a', '/b', '/c'];
    fc.assert(
      fc.property(anyStory({ paths, eventsMax: 80 }), (trace) => {
        const rows = rowsOf(readStory(trace));
        const told = rows.flatMap(({ events }) => events);
        expect([...told].sort((one, other) => one - other)).toEqual(trace.events.map((_, index) => index));
        const ends = rows.map(({ events }) => events.at(-1)!);
        expect(ends).toEqual([...ends].sort((one, other) => one - other));
      }),
      { numRuns: 150 },
    );
  });
});
