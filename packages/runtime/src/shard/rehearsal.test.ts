// At stake: what is played before a thread's first system must not be noticed: not by the process, which has to end, not by a system
// that is at work meanwhile, and not twice. Tried by looking at all that a rehearsal could leave behind.
import { describe, expect, it, vi } from 'vitest';
import { call, note, notes, puppet, run, soon, startPuppets } from '../testing/puppet.test-fixtures.js';
import { rest } from '../testing/rest.test-fixtures.js';
import { expectNobodyInLine, expectNoMailLeft, shardUnder } from '../testing/shard-books.test-fixtures.js';
import { turnNow } from './scope.js';

type Rehearsal = typeof import('./rehearsal.js');
let copies = 0;
/** A rehearsal that has not been held yet, over the kernel that all share. */
const anotherRehearsal = (): Promise<Rehearsal> => {
  const copy: string = `./rehearsal.js?copy=${copies++}`;
  return import(/* @vite-ignore */ copy) as Promise<Rehearsal>;
};
/** Whether a promise is fulfilled without anything having to happen first. */
async function isOverAtOnce(promise: Promise<void>): Promise<boolean> {
  let over = false;
  void promise.then(() => {
    over = true;
  });
  await Promise.resolve();
  return over;
}
const listeners = (): string[] =>
  process
    .eventNames()
    .flatMap((name) => new Array<string>(process.listenerCount(name)).fill(`on ${String(name)}`));
/** What there is now and was not: what other tests began may end meanwhile. */
function added(after: readonly string[], before: readonly string[]): string[] {
  const left = [...before];
  return after.filter((one) => {
    const at = left.indexOf(one);
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
}

describe('a rehearsal', () => {
  it('is held once', async () => {
    const { rehearse } = await anotherRehearsal();
    const first = rehearse();
    expect(await isOverAtOnce(first)).toBe(false);
    await first;
    expect(await isOverAtOnce(rehearse())).toBe(true);
  });

  it('leaves nothing behind', async () => {
    const { rehearse } = await anotherRehearsal();
    const outputs = [
      vi.spyOn(process.stdout, 'write'),
      vi.spyOn(process.stderr, 'write'),
      ...(['log', 'info', 'warn', 'error', 'debug'] as const).map((name) => vi.spyOn(console, name)),
    ];
    await rest();
    const before = [...listeners(), ...process.getActiveResourcesInfo()];
    const turnBefore = { ...turnNow };
    await rehearse();
    expect(turnNow).toEqual(turnBefore);
    expect(turnNow).toMatchObject({ shard: undefined, slot: 0 });
    await rest();
    const after = [...listeners(), ...process.getActiveResourcesInfo()];
    const said = outputs.flatMap((output) => output.mock.calls);
    for (const output of outputs) output.mockRestore();
    expect(added(after, before)).toEqual([]);
    expect(said).toEqual([]);
  });

  it('does not mix with a system that is at work', async () => {
    const { rehearse } = await anotherRehearsal();
    const test = await startPuppets({ strict: false });
    const { system } = test;
    const ref = system.spawn(puppet);
    const shard = await shardUnder(ref, test);
    let held: Promise<void> | undefined;
    ref.send(
      run((context) => {
        held = rehearse(); // from within a turn
        context.self.send(note('self'));
      }),
    );
    const texts = Array.from({ length: 200 }, (_, i) => `${i}`);
    for (const text of texts) ref.send(note(text));
    const senders = ref.ask(
      call((context) => context.reply(context.sender === undefined)),
      soon,
    );
    await system.quiet();
    await held;
    expect(await senders).toBe(true);
    expect(await ref.ask(notes, soon)).toEqual([...texts, 'self']);
    expect(test.letters).toEqual([]);
    expect(test.records).toEqual([]);
    await expectNoMailLeft(test, shard);
    expectNobodyInLine(shard);
  });
});
