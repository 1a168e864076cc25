import type { AnyStateMachine } from 'xstate';
import type { ActorRef } from '../../actor/actor-ref.js';
import type { ActorDefinition } from '../../actor/definition.js';
import type { Ask, Protocol } from '../../actor/protocol.js';
import { AskRejectedError, InvalidOptionError } from '../../errors.js';
import { createMessageCodec } from '../../remote/message-codec.js';
import type { ActorSystem } from '../../system/actor-system.js';
import { SimulatedClock } from '../../time/simulated-clock.js';
import { PathDivergedError } from '../errors.js';
import { structuralKey } from '../linearizability/structural-key.js';
import { describeStep, type MachinePath, type MachinePlace } from './machine-path.js';

/** The largest context that is compared. */
const CONTEXT_LIMITS = { messageBytesMax: 2 ** 20, columnBytesMax: 2 ** 20 } as const;
/** How long an actor at rest may take to say where it is, ms. */
const ANSWER = { deadlineMs: 1000 } as const;

/** What is compared. */
export interface WalkOptions {
  /** Whether contexts must be equal, too, or what of a context; default true. For one that holds refs say what to compare. */
  readonly context?: boolean | ((context: never) => unknown);
}

/**
 * Starts the actor of a machine, leads it along a path, and compares where it is with where the path says, at the beginning and after
 * every step, when the system has come to rest. Stops the actor in the end.
 *
 * Needs a system whose clock is a `SimulatedClock`, as that of `createTestSystem`, which it moves.
 *
 * @throws PathDivergedError at the first difference; `expected` and `got` say what it is
 * @throws InvalidOptionError for a system on another clock, and a context that is no plain data
 * @throws QuietTimeoutError when the system does not come to rest
 */
export async function walkPath<P extends Protocol, Args>(
  system: ActorSystem,
  definition: ActorDefinition<P, Args> & { readonly machine: AnyStateMachine },
  path: MachinePath<Args>,
  { context = true }: WalkOptions = {},
): Promise<void> {
  const { clock } = system;
  if (!(clock instanceof SimulatedClock))
    throw new InvalidOptionError('system', system, 'one whose clock is a `SimulatedClock`');
  const part =
    typeof context === 'function' ? (context as (context: unknown) => unknown) : context ? same : nothing;
  const ref = system.spawn(definition as ActorDefinition<P, unknown>, path.input) as unknown as Describable;
  const compare = async (step: number, after: string, expected: MachinePlace): Promise<void> => {
    await system.quiet({ withCalls: false });
    const wanted = comparable(expected, part);
    const got = comparable(await placeOf(ref, expected), part);
    if (structuralKey(wanted) !== structuralKey(got))
      throw new PathDivergedError(path.title, step, after, wanted, got);
  };
  try {
    await compare(-1, 'its beginning', path.initial);
    for (const [index, step] of path.steps.entries()) {
      if ('waitMs' in step) clock.advance(step.waitMs);
      else ref.send(step.event as never);
      await compare(index, describeStep(step), step.leadsTo);
    }
  } finally {
    await system.stopActor(ref, { now: true });
  }
}

type Describable = ActorRef<{ '@snapshot': Ask<{}, Omit<MachinePlace, 'isDone'>> }>;

const same = (context: unknown): unknown => context;
const nothing = (): undefined => undefined;

/** Where the actor is; when it is gone, and should be, it is taken at its word about where it was. */
async function placeOf(ref: Describable, expected: MachinePlace): Promise<MachinePlace> {
  try {
    const { value, context } = await ref.ask({ type: '@snapshot' }, ANSWER);
    return { value, context, isDone: false };
  } catch (error) {
    if (!(error instanceof AskRejectedError)) throw error;
    return { ...(expected.isDone ? expected : { value: {}, context: undefined }), isDone: true };
  }
}

/** As it is when it has been a message, be that or not. */
function comparable(
  { value, context, isDone }: MachinePlace,
  part: (context: unknown) => unknown,
): MachinePlace {
  const codec = createMessageCodec(CONTEXT_LIMITS, () => {
    throw new TypeError('an actor ref');
  });
  try {
    return { value, context: codec.decode(codec.encode(part(context))), isDone };
  } catch (error) {
    throw new InvalidOptionError(
      'context',
      context,
      `plain data (${(error as Error).message}), or a function that picks some`,
    );
  }
}
