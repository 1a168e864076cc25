import type { AnyStateMachine, EventFrom, EventObject, InputFrom } from 'xstate';
import type { ActorDefinition } from '../../actor/definition.js';
import type { MessageOf, Protocol } from '../../actor/protocol.js';
import { InvalidOptionError } from '../../errors.js';
import { isMachine } from '../../statecharts/sources.js';
import { type MachinePath, type MachinePlace, titleOf } from './machine-path.js';
import { explore, type PlaceNode } from './place-graph.js';
import { shortestWays, simpleWays, type Way, waysAlongAll } from './ways.js';

/** Situations that are explored unless told otherwise, count. */
const STATES_MAX = 1000;
/** Paths that are made unless told otherwise, count. */
const PATHS_MAX = 1000;

/**
 * Which paths. A situation is a place with its history and its delayed events.
 *
 * - `shortest`: so many that every situation is come to by a shortest path.
 * - `transitions`: so many that everything that can happen in a situation happens, also that an event is ignored there.
 * - `simple`: every path that comes to no situation twice. Their number grows exponentially with that of the situations.
 */
export type PathKind = 'shortest' | 'transitions' | 'simple';

/** How paths are made. */
export interface MachinePathsOptions<Event extends EventObject = EventObject, Input = unknown> {
  /**
   * The events that may come, with what they carry: all, or those for a place. Default: each type that the machine names, with nothing
   * beside the type.
   */
  readonly events?: readonly Event[] | ((place: MachinePlace) => readonly Event[]);
  readonly input?: Input;
  /** Default `shortest`. */
  readonly kind?: PathKind;
  /** Only paths to places for which it is true; not with `transitions`. */
  readonly to?: (place: MachinePlace) => boolean;
  /** Paths that are made, count, at least 1; default 1 000. */
  readonly pathsMax?: number;
  /** Situations that are explored, count, at least 1; default 1 000. A context that grows for ever has no end of them. */
  readonly statesMax?: number;
}

/** The paths, and whether they are all. */
export interface MachinePaths<Input = unknown> {
  readonly paths: readonly MachinePath<Input>[];
  /** False when `pathsMax` or `statesMax` was reached. */
  readonly isComplete: boolean;
}

/**
 * Makes paths through a machine, or through that of an actor definition made by `fromMachine`, for a test to walk: see `walkPath`.
 * A path that is the beginning of another is left out.
 *
 * Places are found by XState's own transitions: guards, `always`, `raise`, history. Time is one more thing that can happen, when
 * anything is delayed: the next delayed event comes due. Events between the machine and its children, and what other actors send, are
 * not part of a path.
 *
 * @throws InvalidOptionError for what is no machine, and options out of range
 * @throws what the machine's guards and `assign` functions throw
 * @example
 * const { paths } = machinePaths(light, { kind: 'transitions' });
 * it.each(paths)('$title', (path) => walkPath(system, light, path));
 */
export function machinePaths<P extends Protocol, Args>(
  definition: ActorDefinition<P, Args> & { readonly machine: AnyStateMachine },
  options?: MachinePathsOptions<MessageOf<P> & EventObject, Args>,
): MachinePaths<Args>;
export function machinePaths<Machine extends AnyStateMachine>(
  machine: Machine,
  options?: MachinePathsOptions<EventFrom<Machine>, InputFrom<Machine>>,
): MachinePaths<InputFrom<Machine>>;
export function machinePaths(
  source: { readonly machine: AnyStateMachine } | AnyStateMachine,
  options: MachinePathsOptions = {},
): MachinePaths {
  const machine = 'machine' in source ? (source.machine as AnyStateMachine) : source;
  if (!isMachine(machine)) throw new InvalidOptionError('machine', machine, 'an XState machine');
  const { input, kind = 'shortest', to, pathsMax = PATHS_MAX, statesMax = STATES_MAX } = options;
  if (!(pathsMax >= 1)) throw new InvalidOptionError('pathsMax', pathsMax, 'at least 1');
  if (!(statesMax >= 1)) throw new InvalidOptionError('statesMax', statesMax, 'at least 1');
  if (kind === 'transitions' && to !== undefined)
    throw new InvalidOptionError('to', to, 'left out, as `transitions` go everywhere');
  const { events = plainEvents(machine) } = options;
  const { initial, isComplete } = explore(machine, {
    input,
    statesMax,
    events: typeof events === 'function' ? events : () => events,
  });
  const isEnd = to && (({ place }: PlaceNode): boolean => to(place));
  const paths: MachinePath[] = [];
  for (const way of waysOf(kind, initial, isEnd)) {
    if (paths.length === pathsMax) return { paths, isComplete: false };
    const steps = way.map(({ step }) => step);
    paths.push({ title: titleOf(initial.place, steps), input, initial: initial.place, steps });
  }
  return { paths, isComplete };
}

function waysOf(
  kind: PathKind,
  initial: PlaceNode,
  isEnd: ((node: PlaceNode) => boolean) | undefined,
): Generator<Way> {
  switch (kind) {
    case 'shortest':
      return shortestWays(initial, isEnd);
    case 'transitions':
      return waysAlongAll(initial);
    case 'simple':
      return simpleWays(initial, isEnd);
    default:
      throw new InvalidOptionError('kind', kind, 'one of shortest, transitions, simple');
  }
}

/** An event of each type that others can send. */
function plainEvents({ events }: AnyStateMachine): EventObject[] {
  return events
    .filter((type) => !type.startsWith('xstate.') && !type.endsWith('*'))
    .map((type) => ({ type }));
}
