// At stake: the page is opened in a browser, with texts in it that came from messages; and it must show all that
// happened, where it happened. Tried by reading it back as strictly as XML is read, with any story and hostile texts.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allOf, type PageElement, readPage, textOf } from './page-reader.test-fixtures.js';
import { anyStory } from './random-stories.test-fixtures.js';
import { actor, deadLetter, doubleElection, lostUpdate, tellStory } from './stories.test-fixtures.js';
import { storyPage } from './story-page.js';

function classesOf(element: PageElement): string[] {
  return element.attributes.get('class')?.split(' ') ?? [];
}

function withClass(page: PageElement, ...classes: string[]): PageElement[] {
  return allOf(page).filter((element) => classes.every((each) => classesOf(element).includes(each)));
}

/** Labels of the picture: what its reader sees of events. */
function labelsOf(page: PageElement): string[] {
  return withClass(page, 'label').map(textOf);
}

describe('storyPage', () => {
  it('says what broke, who took part, and each event', () => {
    const page = readPage(storyPage(doubleElection()));
    expect(textOf(allOf(page).find(({ tag }) => tag === 'h1')!)).toBe('at most one leader a term');
    expect(withClass(page, 'broken').map(textOf)).toEqual([
      'invariant two leaders in term 1: /voter-1 and /voter-3↓ show',
    ]);
    expect(
      allOf(page)
        .filter(({ tag }) => tag === 'button')
        .map(textOf),
    ).toEqual(['test', '/voter-1', '/voter-2', '/voter-3']);
    expect(withClass(page, 'shard').map(textOf)).toEqual(['shard 0', 'shard 1', 'shard 2']);
    expect(labelsOf(page).sort()).toEqual(
      [
        'spawned',
        'spawned',
        'spawned',
        '▸ propose(1)',
        'propose',
        '… requestVote {term: 1}',
        'requestVote {term: 1}',
        '↯ partition of shard 2',
        'vote {term: 1}',
        '/voter-1 leads term 1',
        '↯ crash of /voter-2',
        'SimulatedCrash: between two messages',
        'restarted',
        '150 ms',
        'electionTimeout',
        'requestVote {term: 1} ✗ partitioned',
        '↯ heal of shard 2',
        'requestVote {term: 1}',
        'vote {term: 1}',
        '/voter-3 leads term 1',
        'invariant: two leaders in term 1: /voter-1 and /voter-3',
      ].sort(),
    );
  });

  it('draws arrows down, from their sender to their receiver', () => {
    const page = readPage(storyPage(lostUpdate()));
    const columns = allOf(page)
      .filter(({ tag }) => tag === 'button')
      .map((name) => Number(/left:(\d+)px/.exec(name.attributes.get('style')!)![1]) + 84);
    const [test, account, one, two] = columns;
    const arrows = withClass(page, 'arrow').map((arrow) =>
      arrow.attributes.get('d')!.match(/\d+/g)!.map(Number),
    );
    expect(arrows.map(([fromX, , toX]) => [fromX, toX])).toEqual([
      [test, one],
      [test, two],
      [one, account],
      [account, one],
      [two, account],
      [account, two],
      [one, account],
      [two, account],
    ]);
    for (const [, fromY, , toY] of arrows) expect(toY).toBeGreaterThan(fromY!);
  });

  it('interrupts the line of an actor that is down, and ends that of one that has stopped', () => {
    const lines = (make: typeof deadLetter, presence: string) =>
      withClass(readPage(storyPage(make())), 'lifeline', presence).map(
        ({ attributes }) => attributes.get('d')!,
      );
    expect(lines(doubleElection, 'down').join('')).toMatch(/^M\d+ \d+V\d+$/);
    const ends = lines(deadLetter, 'alive').flatMap((line) => line.match(/V\d+/g)!);
    expect(new Set(ends).size).toBe(2);
  });

  it('makes faint what had no part in the violation', () => {
    const story = tellStory('faint');
    story.tell(actor('/a'), actor('/b'), 'cause');
    story.tell(actor('/c'), actor('/d'), 'other');
    story.violate('ledger', 'broken', actor('/b'));
    const page = readPage(storyPage(story.end()));
    const faint = withClass(page, 'event', 'other').flatMap((each) => withClass(each, 'label').map(textOf));
    expect(faint).toEqual(['other']);
  });

  it('draws the last events of a long story, arrows from before it too', () => {
    const story = tellStory('long');
    const [a, b] = [actor('/a'), actor('/b')];
    const early = story.send('tell', a, b, 'early');
    for (let i = 0; i < 500; i++) story.tell(a, b, 'count', `{to: ${i}}`);
    story.step().handle(early);
    const page = readPage(storyPage(story.end(), { eventsMax: 5 }));
    expect(labelsOf(page)).toEqual(['count {to: 498}', 'count {to: 499}', 'early']);
    expect(allOf(page).some((each) => textOf(each).includes('the first 997 events left out'))).toBe(true);
  });

  it('needs nothing but itself, and no script to be read', () => {
    const page = storyPage(doubleElection());
    expect(page).not.toMatch(/(?:src|href)="(?!#)|url\(|@import|https?:/);
    const script = allOf(readPage(page)).filter(({ tag }) => tag === 'script');
    expect(page.replace(textOf(script[0]!), '')).toContain('electionTimeout');
  });

  const hostile = fc.constantFrom(
    '</script><script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onclick='alert(1)",
    '</title></style><b>',
    '&lt;&amp;&#60;',
    '\u0000\ud800\u001b',
    ']]>--><!--',
  );

  it('escapes whatever the story says', () => {
    const tags = new Set(allOf(readPage(storyPage(doubleElection()))).map(({ tag }) => tag));
    const paths = ['/<i>a</i>', '/"b"', "/c'd&e"];
    const text = fc.oneof(hostile, fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(anyStory({ paths, eventsMax: 20, text }), (trace) => {
        const elements = allOf(readPage(storyPage(trace)));
        expect(elements.filter(({ tag }) => !tags.has(tag))).toEqual([]);
        const names = elements.flatMap(({ attributes }) => [...attributes.keys()]);
        expect(names.filter((name) => name.startsWith('on'))).toEqual([]);
        expect(elements.filter(({ tag }) => tag === 'script')).toHaveLength(1);
      }),
      { numRuns: 80 },
    );
    const story = tellStory('</title><script>');
    story.tell(actor('/<b>'), actor('/a'), '<i>&amp;');
    const page = readPage(storyPage(story.end()));
    expect(textOf(allOf(page).find(({ tag }) => tag === 'title')!)).toBe('</title><script>');
    expect(labelsOf(page)).toEqual(['<i>&amp;']);
  });

  it('shows each event once', () => {
    fc.assert(
      fc.property(anyStory({ paths: ['/a', '/b', '/c'], eventsMax: 60 }), (trace) => {
        const labels = labelsOf(readPage(storyPage(trace))).join('\n');
        const times = (what: string) => labels.split(what).length - 1;
        for (const [index, event] of trace.events.entries()) {
          const ends = trace.events.filter(
            (each) =>
              event.kind === 'sent' &&
              each.kind !== 'sent' &&
              'message' in each &&
              each.message === event.message,
          );
          if (event.kind === 'sent') expect(times(`e${index}.`)).toBe(Math.max(1, ends.length));
          else if (event.kind !== 'handled' && event.kind !== 'life') expect(times(`e${index}.`)).toBe(1);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('refuses eventsMax of 0', () => {
    expect(() => storyPage(lostUpdate(), { eventsMax: 0 })).toThrow(
      expect.objectContaining({ code: 'RUNTIME_INVALID_OPTION', option: 'eventsMax' }),
    );
  });
});
