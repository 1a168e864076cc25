// At stake: that the timeline shows what supervision promises: a crash costs the message at hand and the state,
// never the mailbox; waits grow; a spent restart intensity escalates; and every envelope is accounted for. Tried
// by running the program: on a simulated clock its timeline is the same each time.
import { describe, expect, test } from 'vitest';
import { runOrFail } from '../../test/run-command.js';

const root = new URL('../../', import.meta.url);

async function run(...args: string[]): Promise<string> {
  const command = ['packages/cli/dist/main.js', 'run', '02-supervision', ...args];
  const { stdout, stderr } = await runOrFail(process.execPath, command, { cwd: root });
  expect(stderr).toBe('');
  return stdout;
}

describe('02-supervision', () => {
  test('prints a crash, restarts after longer and longer waits, and an escalation', async () => {
    expect((await run()).split('\n')).toEqual([
      '  time  actor           what happens',
      '  0 ms  /foreman        begins life 1 and spawns a press',
      '  0 ms  /foreman/press  begins life 1 with a count of 0',
      '  0 ms  /foreman/press  does job 1, count 1',
      '  0 ms  /foreman/press  crashes: job 2 jams; the job is a dead letter',
      '  0 ms  /foreman        child failed: restart (job 2 jams)',
      '100 ms  /foreman/press  begins life 2 with a count of 0',
      '100 ms  /foreman/press  does job 3, count 1',
      '100 ms  /foreman/press  crashes: job 4 jams; the job is a dead letter',
      '100 ms  /foreman        child failed: restart (job 4 jams)',
      '300 ms  /foreman/press  begins life 3 with a count of 0',
      '300 ms  /foreman/press  does job 5, count 1',
      '300 ms  /foreman/press  crashes: job 6 jams; the job is a dead letter',
      '300 ms  /foreman        escalates: /foreman/press failed and its supervisor has used up 2 restarts within 1000 ms: job 6 jams',
      '300 ms  /               child failed: restart (/foreman escalated)',
      '300 ms  /foreman/press  is gone; a job that waited is a dead letter',
      '300 ms  /foreman/press  is gone; a job that waited is a dead letter',
      '300 ms  /foreman        begins life 2 and spawns a press',
      '300 ms  /foreman/press  begins life 1 with a count of 0',
      '300 ms  /foreman/press  does job 9, count 1',
      '',
      '18 envelopes sent = 13 handled + 5 dead letters; 3 restarts',
      '',
    ]);
  });

  test.each([
    { jams: 0, restarts: 0, dead: 0, escalations: 0 },
    { jams: 2, restarts: 2, dead: 2, escalations: 0 },
    { jams: 3, restarts: 3, dead: 5, escalations: 1 },
  ])('$jams jams are $restarts restarts and $escalations escalations', async ({ jams, ...expected }) => {
    const { timeline, sent, handled, deadLetters, restarts } = JSON.parse(
      await run('--jams', `${jams}`, '--json'),
    );
    const escalations = timeline.filter(({ kind }: { kind: string }) => kind === 'escalation').length;
    expect({ restarts, dead: deadLetters, escalations }).toEqual(expected);
    expect(handled + deadLetters).toBe(sent);
  });
});
