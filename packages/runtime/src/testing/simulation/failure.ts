import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { createCodec } from '@skein/transport';
import { InvalidFailureFileError } from '../errors.js';
import { FAULT_KINDS, type Fault, type FaultKind } from './faults.js';
import type { RunInput } from './run-input.js';
import { parseTape, type Tape } from './schedulers/tape.js';
import type { Violation } from './violation.js';

/** Since 2 commands go by their names: those of 1 cannot be told when the law has others. */
const FORMAT = 2;
/** Of a file, without its ending: UTF-16 units, of which a file system may count each as three bytes. */
const NAME_LENGTH_MAX = 80;

/** A counterexample, as data: all that is needed to run it again. */
export interface Failure {
  readonly format: typeof FORMAT;
  /** Name of the law, and the module that exports it, if it said so. */
  readonly law: string;
  readonly module: string | undefined;
  /** What broke, in words. */
  readonly violation: { readonly law: Violation['law']; readonly text: string };
  readonly commands: RunInput['commands'];
  readonly faults: readonly Fault[];
  readonly betweenPromises: boolean;
  /** The choices of the scheduler, as deviations from the calmest run. */
  readonly tape: Tape;
  /** What found it: a scheduler, fast-check's seed, and its path from the first failure to this one. */
  readonly foundBy: { readonly scheduler: string; readonly seed: number; readonly path: string };
  /** Of the run: see `RunHash`. */
  readonly hash: string;
  readonly node: string;
}

/** Writes a failure to a file of its law's name. Returns where. @throws TransportError if an input of a command is no data */
export async function writeFailure(folder: string, failure: Failure): Promise<string> {
  const name =
    failure.law
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
      .slice(0, NAME_LENGTH_MAX)
      .replaceAll(/^-|-$/g, '') || 'law';
  const file = path.join(folder, `${name}.json`);
  const commands = failure.commands.map(({ command, input }) => ({ command, input: toJson(input) }));
  await mkdir(folder, { recursive: true });
  await writeFile(file, `${JSON.stringify({ ...failure, commands }, undefined, 1)}\n`);
  return file;
}

/** @throws InvalidFailureFileError */
export async function readFailure(file: string): Promise<Failure> {
  let read: unknown;
  try {
    read = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new InvalidFailureFileError(file, `it cannot be read as JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
  const refuse = (why: string): never => {
    throw new InvalidFailureFileError(file, why);
  };
  const given = read as Partial<Record<keyof Failure, unknown>>;
  if (given === null || typeof given !== 'object') refuse('it holds no object');
  if (given.format !== FORMAT)
    refuse(
      `its \`format\` is ${JSON.stringify(given.format)}, and this version reads ${FORMAT}: find it anew`,
    );
  if (typeof given.law !== 'string') refuse('`law` is no text');
  const { commands, faults } = given;
  if (!Array.isArray(commands) || !commands.every(isCommand)) refuse('`commands` is no list of commands');
  if (typeof given.betweenPromises !== 'boolean') refuse('`betweenPromises` is not true or false');
  if (!Array.isArray(faults) || !faults.every(isFault)) refuse('`faults` is no list of faults');
  return {
    ...(given as unknown as Failure),
    commands: (commands as RunInput['commands']).map(({ command, input }) => ({
      command,
      input: fromJson(input),
    })),
    tape: parseTape(given.tape),
  };
}

function isCommand(value: unknown): boolean {
  return typeof (value as { readonly command?: unknown } | null)?.command === 'string';
}

function isFault(value: unknown): boolean {
  const { kind, at, whom, forMs } = (value ?? {}) as Partial<Fault>;
  return (
    FAULT_KINDS.includes(kind as FaultKind) &&
    [at, whom, forMs].every((number) => typeof number === 'number' && number >= 0)
  );
}

/** What JSON cannot say goes as msgpack. */
function toJson(value: unknown): unknown {
  if (value === undefined) return undefined;
  const text = JSON.stringify(value) as string | undefined;
  if (text !== undefined && isDeepStrictEqual(JSON.parse(text), value)) return value;
  return { $msgpack: Buffer.from(createCodec().encode(value)).toString('base64') };
}

function fromJson(value: unknown): unknown {
  const packed = (value as { readonly $msgpack?: unknown } | null | undefined)?.$msgpack;
  return typeof packed === 'string' ? createCodec().decode(Buffer.from(packed, 'base64')) : value;
}
