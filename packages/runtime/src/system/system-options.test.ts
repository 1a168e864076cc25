// At stake: a wrong option is refused by name before anything starts, and the defaults are what they say.
import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '../time/simulated-clock.js';
import { createSystem } from './actor-system.js';
import { resolveOptions } from './system-options.js';

const modules = [new URL('../testing/puppet.test-fixtures.ts', import.meta.url)];

describe('options', () => {
  it('have defaults', () => {
    const { seed, ...rest } = resolveOptions({ modules });
    expect(rest).toMatchObject({
      modules: [modules[0]!.href],
      threads: 0,
      strict: true, // in tests
      messageBytesMax: 65_536,
      columnBytesMax: 16 * 1024 * 1024,
      mailboxBytesMax: 256 * 1024 * 1024,
      ringBytes: 1024 * 1024,
      stopDeadlineMs: 5000,
      handleProcessSignals: true,
      extensions: {},
    });
    expect(Number.isSafeInteger(seed)).toBe(true);
  });

  it('leave the rings as they are for large messages', () => {
    const large = { messageBytesMax: 2 ** 24, columnBytesMax: 2 ** 30 };
    expect(resolveOptions({ modules, ...large })).toMatchObject({ ...large, ringBytes: 1024 * 1024 });
  });

  it.each([
    { option: 'threads', options: { threads: -1 } },
    { option: 'threads', options: { threads: 1.5 } },
    { option: 'threads', options: { threads: 4096 } },
    { option: 'clock', options: { threads: 1, clock: new SimulatedClock() } },
    { option: 'choices', options: { threads: 1, choices: { nextReady: () => 0, turnMessagesMax: () => 1 } } },
    { option: 'seed', options: { seed: 0.5 } },
    { option: 'seed', options: { seed: 2 ** 60 } },
    { option: 'messageBytesMax', options: { messageBytesMax: 1023 } },
    { option: 'messageBytesMax', options: { messageBytesMax: Number.POSITIVE_INFINITY } },
    { option: 'columnBytesMax', options: { columnBytesMax: -1 } },
    { option: 'columnBytesMax', options: { columnBytesMax: 0.5 } },
    { option: 'columnBytesMax', options: { columnBytesMax: 2 ** 31 } },
    { option: 'mailboxBytesMax', options: { mailboxBytesMax: 0 } },
    { option: 'ringBytes', options: { ringBytes: 3_000_000 } },
    { option: 'ringBytes', options: { ringBytes: 2048 } },
    { option: 'ringBytes', options: { ringBytes: 2 ** 31 } },
    { option: 'stopDeadlineMs', options: { stopDeadlineMs: -1 } },
    { option: 'stopDeadlineMs', options: { stopDeadlineMs: Number.NaN } },
    { option: 'modules', options: { modules: ['./counter.js'] } },
    { option: 'modules', options: { modules: undefined as never } },
    { option: 'extensions.act', options: { threads: 1, extensions: { act: () => 1 } } },
  ])('refuse $option in $options', async ({ option, options }) => {
    await expect(createSystem({ modules, ...options })).rejects.toMatchObject({
      code: 'RUNTIME_INVALID_OPTION',
      option,
    });
  });
});
