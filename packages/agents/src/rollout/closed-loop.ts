import { COMMAND, IDLE, isOver } from '../environments/copy-row.js';
import type { EnvironmentSwarm } from '../environments/environment-swarm.js';
import { EPISODE, NOTHING_SHOWN } from '../environments/world.js';
import type { OperationOptions } from '../swarm/results.js';
import type { Swarm } from '../swarm/swarm.js';
import type { ResolvedRules } from './rollout-options.js';

/** A swarm of agents that see and do numbers. */
export type AnySwarm = Pick<
  Swarm<never, unknown>,
  'begin' | 'capacity' | 'members' | 'seed' | 'stepColumns' | 'tick'
>;

/** What happened to an episode in a tick, beside a step: it began, or was lost with its copy or its agent. */
export const NEWS: Readonly<{ none: 0; began: 1; lost: 2; lostAndBegan: 3 }> = {
  none: 0,
  began: 1,
  lost: 2,
  lostAndBegan: 3,
};

/** One turn of the loop, in columns of one value a place: what the agents did, and what their copies then showed. */
export interface LoopTick {
  /** 0 for the first outcomes, before anybody has acted. */
  readonly tick: number;
  /** For each factor the action; -1 of an agent that took no part; no factors at tick 0. */
  readonly actions: readonly Int32Array[];
  /** For each modality the outcome, -1 for nothing. */
  readonly outcomes: readonly Int32Array[];
  readonly rewards: Float64Array;
  /** Of {@link EPISODE}; of who did not take a step and did not begin, 4. */
  readonly standings: Uint8Array;
  /** Of {@link NEWS}. */
  readonly news: Uint8Array;
}

/** Of each place: what its copy is to do next. */
const AWAITS = 0;
const RUNS = 1;

/**
 * Agents and their copies of the world in turns: outcomes to the agents, actions to the copies. An episode's last outcomes are shown to its
 * agent, whose answer goes nowhere; then the copy begins another.
 *
 * ```
 *   tick 0   begin: copies ──outcomes──┐
 *   tick t   agents ◄──────────────────┘ ──actions──► copies ──outcomes, rewards, endings──► tick t + 1
 * ```
 */
export async function* closedLoop(
  swarm: AnySwarm,
  environment: EnvironmentSwarm,
  rules: ResolvedRules,
  options: OperationOptions,
): AsyncGenerator<LoopTick, void, undefined> {
  const places = swarm.capacity;
  const phases = new Uint8Array(places).fill(AWAITS);
  const commands = new Int32Array(places).fill(COMMAND.rest);
  for (const index of swarm.members) commands[index] = COMMAND.begin;
  let shown = nothingShown(environment.definition.world?.outcomeCounts.length ?? 1, places);
  let actions: readonly Int32Array[] = [];
  for (let tick = 0; tick <= rules.ticks; tick++) {
    const news = new Uint8Array(places);
    let told: readonly Int32Array[] = [commands];
    if (tick > 0) {
      const step = await swarm.stepColumns(shown, options);
      actions = step.actions;
      told = commandsOf(actions, step.missing, phases, news, rules);
    }
    const step = await environment.step(told, options);
    const [first] = told;
    const begun: number[] = [];
    for (let place = 0; place < places; place++) {
      const command = first![place]!;
      const standing = step.standings[place]!;
      if (command === COMMAND.begin) {
        if (standing !== EPISODE.running) continue;
        phases[place] = RUNS;
        news[place]! += NEWS.began;
        begun.push(place);
      } else if (command === COMMAND.rest) {
        if (phases[place] === RUNS)
          for (const [m, column] of step.outcomes.entries())
            column[place] = shown[m]?.[place] ?? NOTHING_SHOWN;
      } else if (standing === IDLE) {
        phases[place] = AWAITS;
        news[place] = NEWS.lost;
      } else if (isOver(standing)) phases[place] = AWAITS;
    }
    // Of nobody there are no columns.
    shown = step.outcomes.length > 0 ? step.outcomes : nothingShown(shown.length, places);
    if (rules.agents === 'begin' && begun.length > 0) await swarm.begin(begun, options);
    const { rewards, standings } = step;
    yield { tick, actions, outcomes: shown, rewards, standings, news };
  }
}

function nothingShown(modalityCount: number, places: number): readonly Int32Array[] {
  return Array.from({ length: modalityCount }, () => new Int32Array(places).fill(NOTHING_SHOWN));
}

/** What each copy is to be told: its agent's action, or that of an agent of which there is none. */
function commandsOf(
  actions: readonly Int32Array[],
  missing: readonly number[],
  phases: Uint8Array,
  news: Uint8Array,
  { afterFailure }: ResolvedRules,
): readonly Int32Array[] {
  const told = actions.map((column) => column.slice());
  if (told.length === 0) told.push(new Int32Array(phases.length).fill(COMMAND.rest)); // nobody took part
  const first = told[0]!;
  let nextMissing = 0;
  for (let place = 0; place < first.length; place++) {
    const isMissing = missing[nextMissing] === place;
    if (isMissing) nextMissing++;
    const isVacant = !isMissing && first[place]! < 0;
    const runs = phases[place] === RUNS;
    if (isVacant || (isMissing && runs && afterFailure === 'begin')) {
      if (runs) news[place] = NEWS.lost;
      phases[place] = AWAITS;
      first[place] = isVacant ? COMMAND.rest : COMMAND.begin;
    } else if (!runs) first[place] = COMMAND.begin;
    else if (isMissing) first[place] = COMMAND.rest;
    // A copy is told in whole rows, and in those of a command only the first number counts.
  }
  return told;
}
