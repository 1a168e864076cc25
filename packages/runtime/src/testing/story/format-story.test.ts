// At stake: whoever meets a counterexample reads this first, and must see at a glance who sent what to whom and what
// broke. Tried with stories to be compared by eye, and with any story for what must never be: an event told twice or
// not at all, an arrow to another column, a line too wide, characters that a terminal obeys.
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Trace } from '../simulation/trace.js';
import { widthOf } from './cells.js';
import { type FormatStoryOptions, formatStory } from './format-story.js';
import { anyStory } from './random-stories.test-fixtures.js';
import { actor, deadLetter, doubleElection, lostUpdate, tellStory, test } from './stories.test-fixtures.js';

function told(trace: Trace, options: FormatStoryOptions = {}): string {
  return `\n${formatStory(trace, { width: 100, color: false, ...options })}\n`;
}

describe('formatStory', () => {
  it('shows a lost update', () => {
    expect(told(lostUpdate())).toBe(`
an account loses no deposit
3 actors, 22 events, 0 ms of virtual time

step  time  test  /account                 /teller-1  /teller-2
   0  0 ms    │       ◆                        ◆          ◆
   1        ── ▸ deposit(30) ──────────────────────────────────
   2          ├───────┼─deposit {amount: 30}──▶│          │
              │       │             ①──read?───┤          │
   3        ── ▸ deposit(12) ──────────────────────────────────
   4          ├───────┼──deposit {amount: 12}──┼─────────▶│
   5          │       │◀──read?──①             │          │
   6          │       ├╌╌╌╌╌╌read → 100╌╌╌╌╌╌╌▶│          │
   7          │       │◀───────────────────────┼──read?───┤
   8          │       ├╌╌╌╌╌╌╌read → 100╌╌╌╌╌╌╌┼╌╌╌╌╌╌╌╌╌▶│
   9          │       │◀─write {balance: 130}──┤          │
  10          │       │◀──write {balance: 112}─┼──────────┤
              │       ▼                        │          │
            ┏━ violation: invariant ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
            ┃ deposits of 42 were confirmed, but /account went from 100 to 112 ┃
            ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛

① … ① one message: sent, and handled later
`);
  });

  it('shows two leaders, a cut network and a crash', () => {
    expect(told(doubleElection())).toBe(`
at most one leader a term
3 actors, 28 events, 150 ms of virtual time

                        shard 0                   shard 1                      shard 2
step    time  test      /voter-1                  /voter-2                     /voter-3
   0    0 ms    │           ◆                         ◆                            ◆
   1          ── ▸ propose(1) ─────────────────────────────────────────────────────────
   2            ├─propose──▶│                         │                            │
                │           ├──requestVote {term: 1}──┼…                           │
   3            │           ├─requestVote {term: 1}──▶│                            │
                │           │     ①──vote {term: 1}───┤                            │
   4          ━━ ↯ partition of shard 2 ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━↯━━━
   5            │           │◀──vote {term: 1}──①     │                            │
              ·· /voter-1 leads term 1 ················································
   6          ━━ ↯ crash of /voter-2 ━━━━━━━━━━━━━━━━━↯━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
                │           │                         ✖ SimulatedCrash: between two messages
   7            │           │                         ↻ restarted                  │
   8  150 ms  ╌╌ 150 ms ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌
   9            │           │                         │         electionTimeout ╰─▶│
                │           │                         │ ②──requestVote {term: 1}───┤
  10            │           │✗────────────────────────┼───requestVote {term: 1}────┤ partitioned
  11          ━━ ↯ heal of shard 2 ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━↯━━━
  12            │           │                         │◀──requestVote {term: 1}──② │
  13            │           │                         ├──────vote {term: 1}───────▶│
              ·· /voter-3 leads term 1 ················································
                │           ▼                         │                            ▼
              ┏━ violation: invariant ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
              ┃ two leaders in term 1: /voter-1 and /voter-3                          ┃
              ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛

① … ① one message: sent, and handled later · … under way still · ✗ dead letter
`);
  });

  it('shows a dead letter', () => {
    expect(told(deadLetter())).toBe(`
every job is done
2 actors, 11 events, 1000 ms of virtual time

step     time  test                /pool            /pool/worker
   0     0 ms    │                   ◆                    ◆
   2             ├─submit {job: 7}──▶│                    │
                 │                   ├──work {job: 7}───① │
   4             ├──shrink {to: 0}──▶│                    │
   5             │                   │                    ■ stopped
   6             │                   │ ①──work {job: 7}──✗  actor-stopped
   7  1000 ms  ╌╌ 1000 ms ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌
                 │                   ▼
               ┏━ violation: eventually ━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
               ┃ job 7 was submitted and is not done after 1000 ms ┃
               ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛

① … ① one message: sent, and handled later · ✗ dead letter
`);
  });

  it('leaves out who had no part, if all are too many', () => {
    const others = Array.from({ length: 7 }, (_, i) => actor(`/other/observer-${i}`));
    const story = tellStory('crowded');
    const [a, b] = [actor('/a'), actor('/b')];
    for (const each of [a, b, ...others]) story.live('spawned', each);
    for (const each of others) story.tell(test, each, 'observe', '{of: everything}');
    story.tell(test, a, 'begin');
    story.tell(a, b, 'add', '{by: 2}');
    story.violate('invariant', '/b has counted to 2');
    expect(told(story.end(), { width: 60 })).toBe(`
crowded
9 actors, 28 events, 0 ms of virtual time

step  time  test       /a              /b
   0  0 ms    │         ◆               ◆
   8          ├─begin──▶│               │
   9          │         ├─add {by: 2}──▶│
              │         │               ▼
            ┏━ violation: invariant ━━━━┓
            ┃ /b has counted to 2       ┃
            ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━┛

Without 7 other actors and 21 events that had no part in the
violation.
`);
  });

  it('is a list if a picture would be too wide', () => {
    expect(told(doubleElection(), { width: 50 })).toBe(`
at most one leader a term
3 actors, 28 events, 150 ms of virtual time

   0    0 ms  ◆ spawned  /voter-1, /voter-2, /vot…
   1          ── command: propose(1)
   2          test → /voter-1  propose
              /voter-1 → … /voter-3  requestVote …
   3          /voter-1 → /voter-2  requestVote {t…
              /voter-2 → ① /voter-1  vote {term: …
   4          ── fault: partition of shard 2
   5          /voter-2 ① → /voter-1  vote {term: …
              ── note: /voter-1 leads term 1
   6          ── fault: crash of /voter-2
              ✖ SimulatedCrash: between two messa…
   7          ↻ restarted  /voter-2
   8  150 ms  ── time: 150 ms
   9          /voter-3 → /voter-3  electionTimeout
              /voter-3 → ② /voter-2  requestVote …
  10          /voter-3 → /voter-1  requestVote {t…
  11          ── fault: heal of shard 2
  12          /voter-3 ② → /voter-2  requestVote …
  13          /voter-2 → /voter-3  vote {term: 1}
              ── note: /voter-3 leads term 1
              violation: invariant: two leaders in
              term 1: /voter-1 and /voter-3

① … ① one message: sent, and handled later · …
under way still · ✗ dead letter
`);
  });

  it('tells the end of a long story, and knows who lives', () => {
    const [a, b] = [actor('/a'), actor('/b')];
    const story = tellStory('long');
    story.live('spawned', a);
    story.live('spawned', b);
    for (let i = 0; i < 100; i++) story.tell(a, b, 'count', `{to: ${i}}`);
    story.step().live('failed', b, 'RangeError: 100 is too much');
    expect(told(story.end(), { eventsMax: 4 })).toBe(`
long
2 actors, 203 events, 0 ms of virtual time

… 198 earlier events

step  time  /a                 /b
  99  0 ms   ├─count {to: 98}──▶│
 100         ├─count {to: 99}──▶│
 101         │                  ✖ RangeError: 100 is too much
`);
  });

  it('shortens names in the middle and says what they stand for', () => {
    const [a, b] = [actor('/federation/europe/collector'), actor('/federation/asia/collector')];
    const story = tellStory('names');
    story.tell(a, b, 'belief');
    story.tell(b, a, 'belief');
    expect(told(story.end(), { width: 40 })).toBe(`
names
2 actors, 4 events, 0 ms of virtual time

step  time  /fe…ollector  /fe…lector~2
   1  0 ms        ├───belief───▶│
   2              │◀───belief───┤

/fe…ollector is
/federation/europe/collector
/fe…lector~2 is
/federation/asia/collector
`);
  });

  it('draws names of wide characters over their columns', () => {
    const [a, b] = [actor('/数据'), actor('/分片')];
    const story = tellStory('宽');
    story.tell(a, b, '加', '{个: 2}');
    story.tell(b, b, '查');
    story.violate('invariant', '/分片 错了');
    expect(told(story.end())).toBe(`
宽
2 actors, 5 events, 0 ms of virtual time

step  time  /数据          /分片
   1  0 ms    ├─加 {个: 2}──▶│
   2          │              │◀─╯ 查
              │              ▼
            ┏━ violation: invariant ━┓
            ┃ /分片 错了             ┃
            ┗━━━━━━━━━━━━━━━━━━━━━━━━┛
`);
  });

  it('repeats the names below a long picture', () => {
    const story = tellStory('repeated');
    for (let i = 0; i < 30; i++) story.tell(actor('/a'), actor('/b'), 'count');
    const heads = told(story.end())
      .split('\n')
      .filter((line) => /\/a +\/b$/.test(line));
    expect(heads).toHaveLength(2);
  });

  it('colours what it would say without colours', () => {
    const [plain, colored] = [false, true].map((color) =>
      formatStory(doubleElection(), { width: 100, color }),
    );
    expect(colored).toContain('\u001b[31m');
    expect(stripVTControlCharacters(colored!)).toBe(plain);
  });

  const hostile = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc.constant('\u001b[2J\r\n\u009b\u202e'),
  );
  const paths = ['/a', '/数据', '/a/very/long/path/of/an/actor', '/\u001b]0;x', '/b', '/c'];

  it('is never wider than it may be, and holds nothing that a terminal obeys', () => {
    const width = fc.integer({ min: 40, max: 160 });
    fc.assert(
      fc.property(
        anyStory({ paths, eventsMax: 40, text: hostile }),
        width,
        fc.nat(40),
        (trace, cells, cut) => {
          const lines = formatStory(trace, { width: cells, color: false, eventsMax: cut + 1 }).split('\n');
          const isAmiss = (line: string): boolean => widthOf(line) > cells || /\p{Cc}|\u202e/u.test(line);
          expect(lines.filter(isAmiss)).toEqual([]);
        },
      ),
      { numRuns: 100 },
    );
  });

  const few = ['/a', '/b', '/c'];
  const many = Array.from({ length: 12 }, (_, i) => `/actor-${i}`);
  it.each([
    ['picture', few, 400],
    ['list', many, 100],
  ])('tells each event once in a %s', (form, names, width) => {
    fc.assert(
      fc.property(
        anyStory({ paths: names, eventsMax: 60, text: fc.constant('x'), violated: false }),
        (trace) => {
          const text = formatStory(trace, { width, color: false, eventsMax: 1000 });
          fc.pre(form === (/^step /m.test(text) ? 'picture' : 'list')); // few of many fit into a picture, which may cut
          for (const [index, event] of trace.events.entries()) {
            // The end of a message tells of the message, not of itself.
            const message = event.kind === 'sent' ? event.message : undefined;
            if (event.kind === 'handled') continue;
            const ends = trace.events.filter(
              (each) => each.kind !== 'sent' && 'message' in each && each.message === message,
            );
            const times = text.split(`e${index}.x`).length - 1;
            const isWhole = ends.length === 1 && times === 1;
            expect(times, text).toBe(message === undefined || isWhole ? 1 : ends.length + 1);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('points each arrow from its sender to its receiver', () => {
    let arrows = 0;
    fc.assert(
      fc.property(anyStory({ paths: ['/a', '/b', '/c'], eventsMax: 30, text: fc.constant('x') }), (trace) => {
        const lines = formatStory(trace, { width: 400, color: false }).split('\n');
        const names = lines.find((line) => line.startsWith('step')) ?? '';
        const columnOf = (name: string) =>
          names.search(new RegExp(`${name}(?!\\w)`)) + Math.floor(name.length / 2);
        for (const [index, event] of trace.events.entries()) {
          if (event.kind !== 'sent' || event.from.path === event.to.path) continue;
          const [from, to] = [event.from, event.to].map(({ path }) => columnOf(path || 'test')) as [
            number,
            number,
          ];
          const drawn = lines.filter(
            (line) => line.includes(`─e${index}.x`) || line.includes(`╌e${index}.x`),
          );
          for (const line of drawn) {
            const label = line.indexOf(`e${index}.x`);
            expect(label).toBeGreaterThan(Math.min(from, to));
            expect(label).toBeLessThan(Math.max(from, to));
            const [sign, corner, tip] = from < to ? ['▶', '├', to - 1] : ['◀', '┤', to + 1];
            const ended = [sign, '✗'].includes(line[tip]!);
            expect(ended || line[from] === corner, line).toBe(true);
            arrows++;
          }
        }
      }),
      { numRuns: 80 },
    );
    expect(arrows).toBeGreaterThan(200);
  });

  it.each([
    ['width', 39],
    ['width', 80.5],
    ['eventsMax', 0],
  ])('refuses %s of %s', (option, value) => {
    expect(() => formatStory(lostUpdate(), { [option]: value })).toThrow(
      expect.objectContaining({ code: 'RUNTIME_INVALID_OPTION', option }),
    );
  });
});
