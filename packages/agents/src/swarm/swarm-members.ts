import type { ActorRef } from '@skein/runtime';
import type { AgentProtocol } from '../agent/agent-actor.js';
import { PartialResultError, SwarmError } from '../errors.js';
import type { Membership } from './membership.js';
import type { OperationOptions } from './results.js';
import type { JoinOptions } from './swarm-options.js';
import type { SwarmKind, SwarmParts } from './swarm-parts.js';
import { DEADLINE_MS, type SwarmRounds, TOOK_PART } from './swarm-rounds.js';

/** The agents of a swarm, as they come and go: see the methods of `Swarm` with these names. */
export class SwarmMembers {
  /** Of which definition the agents are, in index order. */
  readonly kinds: readonly SwarmKind[];
  readonly #rounds: SwarmRounds;
  readonly #root: SwarmParts['root'];
  readonly #membership: Membership;

  constructor(
    rounds: SwarmRounds,
    { root, membership, tree, kinds }: Pick<SwarmParts, 'root' | 'membership' | 'tree' | 'kinds'>,
  ) {
    this.kinds = kinds ?? [{ name: '', from: 0, to: tree.to }];
    this.#rounds = rounds;
    this.#root = root;
    this.#membership = membership;
  }

  /** Agents, count. */
  get count(): number {
    return this.#membership.count;
  }

  /** The agents, index, ascending. */
  get indices(): Int32Array {
    return this.#membership.indices();
  }

  /** @throws SwarmError `AGENTS_NO_SUCH_AGENT` */
  check(index: number): void {
    if (!this.#membership.has(index)) throw noSuchAgent(index);
  }

  async join({ deadlineMs, definition }: JoinOptions): Promise<number> {
    return this.#rounds.alone('join', async () => {
      const index = this.#membership.join(this.#kindNamed(definition));
      await this.#settle(index, deadlineMs);
      return index;
    });
  }

  async leave(index: number, { deadlineMs }: Pick<OperationOptions, 'deadlineMs'>): Promise<void> {
    return this.#rounds.alone('leave', async () => {
      this.check(index);
      this.#membership.leave(index);
      await this.#settle(-1, deadlineMs);
    });
  }

  async ref(
    index: number,
    { deadlineMs = DEADLINE_MS }: Pick<OperationOptions, 'deadlineMs'>,
  ): Promise<ActorRef<AgentProtocol>> {
    this.check(index);
    const ref = await this.#root.ask({ type: 'find', index }, { deadlineMs });
    if (ref === undefined) throw noSuchAgent(index);
    return ref;
  }

  /** Tells the cohorts who is a member. @param index must be there afterwards; -1 for nobody */
  async #settle(index: number, deadlineMs: number | undefined): Promise<void> {
    const options = deadlineMs === undefined ? {} : { deadlineMs };
    const { missing } = await this.#rounds.run({ take: { kind: 'arrive' }, combiner: TOOK_PART }, options);
    if (missing.includes(index)) throw new PartialResultError('join', [index]);
  }

  #kindNamed(definition: string | undefined): SwarmKind {
    const kind = this.kinds.find(({ name }) => name === definition);
    if (kind !== undefined) return kind;
    if (definition === undefined && this.kinds.length === 1) return this.kinds[0]!;
    throw new SwarmError(
      'AGENTS_SWARM_OPTION',
      definition === undefined
        ? 'An agent was to join a swarm of several definitions, and was of none.'
        : `The swarm has no agents of "${definition}".`,
      `Pass as definition one of: ${this.kinds.map(({ name }) => name).join(', ')}.`,
    );
  }
}

function noSuchAgent(index: number): SwarmError {
  return new SwarmError(
    'AGENTS_NO_SUCH_AGENT',
    `The swarm has no agent ${index}.`,
    'Use one of `swarm.members`.',
  );
}
