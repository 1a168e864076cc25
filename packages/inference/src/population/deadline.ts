import { InputError } from '../errors.js';
import { describe } from '../model/tensor.js';
import { entryCount } from './batch-door.js';
import { PART_MAX } from './batch-part.js';
import { type CheckedRule, checkRule, type DeadlineRule } from './deadline-rule.js';
import { LanePopulation } from './lane-population.js';
import { PlanningCost } from './planning-cost.js';
import {
  AGENT_STATUS,
  type AgentFailure,
  type BatchReport,
  type Population,
  type PopulationBatch,
} from './population.js';

/** Stands for a horizon where an agent took the next step of the policy it was on. */
export const CARRIED_ON = 0;
/** Stands for a horizon where an agent's states could not be inferred; it is among the failures. */
export const NOT_PLANNED = -1;

/** Of the time left, what may be spent before the next decision, a share. */
const PART_SHARE = 1 / 8;

/** Readings of a clock at most, ms: within it differences are exact to a millisecond. */
const CLOCK_MAX = Number.MAX_SAFE_INTEGER;

/** The rule, and the clock it is kept by. */
export interface DeadlineStepperOptions {
  readonly rule: DeadlineRule;
  /**
   * Reads a clock, ms from any start, at most 2^53. One that falls, or tells no time in the middle of a step, counts as
   * standing still. Default: `performance.now`.
   */
  readonly now?: () => number;
}

/** What a step within a budget did. One object for each stepper, overwritten by its next step. */
export interface DeadlineReport extends BatchReport {
  /**
   * What was done about each agent: the horizon it was planned with, `CARRIED_ON` or `NOT_PLANNED`; `[entry]`. A view.
   * A copy of it is what `replay` takes.
   */
  readonly horizons: Int32Array;
  /** Agents planned with each horizon, count, the full one first. */
  readonly plannedCounts: Uint32Array;
  readonly carriedOnCount: number;
  readonly budgetMs: number;
  /** From the call to its end. */
  readonly spentMs: number;
  /** By how much the budget was missed, ms; 0 when it was met. */
  readonly overrunMs: number;
}

/**
 * Steps a population within a time budget, by a declared rule, and says what it did.
 *
 * **States are inferred for everyone.** Agents are then planned in parts of at most some hundred, in the order of
 * the batch from where the last step's rotation ended. Before each part, by what parts have taken so far:
 *
 * 1. If all agents that remain fit in the time left with the full horizon, the part gets it.
 * 2. Otherwise the settled agents in it carry on, if the rule allows: each takes the next step of its own policy.
 * 3. The others get the longest horizon with which all that remain, less the settled ones, fit; if none does, the
 *    shortest that is allowed. **The step is always completed**; `overrunMs` tells by how much the budget was missed.
 *
 * So whoever is shortened comes first, and time that is left over goes to the last. The next step begins with the first
 * agent that got a longer horizon than one before it: shortening goes round the batch. While costs and the batch stay
 * alike, any two agents were planned with the shortest horizon equally often, give or take once.
 *
 * A first step plans one block of agents in full to learn what that takes. The same readings of the clock lead to the
 * same decisions. Agents planned in full have, bit for bit, what `population.step` gives; others what a population
 * compiled with their horizon gives.
 *
 * @example
 * const compiled = compileModel(model, { horizon: 3, shorterHorizons: [2, 1] });
 * const population = createPopulation(compiled, { capacity: 10_000, keepCourses: true });
 * const stepper = new DeadlineStepper(population, { rule: { horizonMin: 1, surpriseMax: 0.2 } });
 * const { plannedCounts, carriedOnCount, overrunMs } = stepper.step({ agents, outcomes }, 8);
 */
export class DeadlineStepper {
  readonly population: Population;
  readonly #population: LanePopulation;
  readonly #rule: CheckedRule;
  readonly #now: () => number;
  readonly #cost: PlanningCost;
  readonly #horizons: readonly number[];
  /** Entries of the part in hand. */
  readonly #part: Int32Array = new Int32Array(PART_MAX);
  readonly #report: {
    count: number;
    failures: readonly AgentFailure[];
    referred: number;
    readonly horizons: Int32Array;
    readonly plannedCounts: Uint32Array;
    carriedOnCount: number;
    budgetMs: number;
    spentMs: number;
    overrunMs: number;
  };
  /** The entry that the next step begins with. */
  #first = 0;
  /** The latest reading of the clock, or before the first, the earliest there can be. */
  #clockMs = -CLOCK_MAX;

  /**
   * @throws InputError `INFERENCE_OPTION_INVALID` for a rule that the population cannot follow; PopulationError
   *   `INFERENCE_MEMORY_EXHAUSTED`, `INFERENCE_DISPOSED`
   */
  constructor(population: Population, options: DeadlineStepperOptions) {
    if (!(population instanceof LanePopulation)) {
      throw new InputError('INFERENCE_OPTION_INVALID', 'population', 'one of `createPopulation`', 'another');
    }
    if (typeof options !== 'object' || options === null) {
      throw new InputError('INFERENCE_OPTION_INVALID', 'options', 'an object', describe(options));
    }
    const { rule, now = () => performance.now() } = options;
    if (typeof now !== 'function') {
      throw new InputError('INFERENCE_OPTION_INVALID', 'now', 'a function that reads a clock', describe(now));
    }
    const { compiled, capacity } = population;
    population.preparePlanEntries();
    this.population = population;
    this.#population = population;
    this.#rule = checkRule(compiled, population.keepsCourses, rule);
    this.#now = now;
    this.#cost = new PlanningCost(compiled);
    this.#horizons = compiled.settings.plans.map(({ horizon }) => horizon);
    this.#report = {
      count: 0,
      failures: [],
      referred: 0,
      horizons: new Int32Array(capacity),
      plannedCounts: new Uint32Array(this.#horizons.length),
      carriedOnCount: 0,
      budgetMs: 0,
      spentMs: 0,
      overrunMs: 0,
    };
  }

  /**
   * One step of each agent, as `population.step`, within a budget.
   *
   * @param budgetMs time for the whole step, ms, above 0
   * @throws InputError `INFERENCE_OPTION_INVALID`, and what `population.step` throws; all before any agent has changed
   */
  step(batch: PopulationBatch, budgetMs: number): DeadlineReport {
    if (!(typeof budgetMs === 'number' && budgetMs > 0)) {
      throw new InputError('INFERENCE_OPTION_INVALID', 'budgetMs', 'a time above 0 ms', describe(budgetMs));
    }
    const startMs = this.#startClock();
    const remaining = this.#perceive(batch);
    this.#readClock();
    this.#planWithin(batch, remaining, startMs + budgetMs);
    const report = this.#report;
    report.budgetMs = budgetMs;
    report.spentMs = this.#readClock() - startMs;
    report.overrunMs = Math.max(0, report.spentMs - budgetMs);
    return report;
  }

  /**
   * Does what an earlier step did, without a clock: the report's times are 0, its budget infinite.
   *
   * @param horizons what that step reported, `[entry]`
   * @throws InputError `INFERENCE_OPTION_INVALID` for horizons that were not compiled, before any agent has changed;
   *   or, when states have been inferred but nobody has acted, for those of a step that went otherwise
   */
  replay(batch: PopulationBatch, horizons: ArrayLike<number>): DeadlineReport {
    const count = entryCount(batch, this.population.capacity);
    if (typeof horizons !== 'object' || horizons === null) {
      throw new InputError('INFERENCE_OPTION_INVALID', 'horizons', 'one for each entry', describe(horizons));
    }
    for (let entry = 0; entry < count; entry++) this.#checkHorizon(horizons[entry], entry);
    this.#perceive(batch);
    for (let entry = 0; entry < count; entry++) this.#checkPossible(horizons[entry]!, entry);
    for (let entry = 0; entry < count; entry++) if (horizons[entry] === CARRIED_ON) this.#carryOn(entry);
    for (const [plan, horizon] of this.#horizons.entries()) {
      let size = 0;
      for (let entry = 0; entry < count; entry++) {
        if (horizons[entry] === horizon) this.#part[size++] = entry;
        if (size === PART_MAX || entry === count - 1) {
          this.#plan(batch, size, plan);
          size = 0;
        }
      }
    }
    const report = this.#report;
    report.budgetMs = Number.POSITIVE_INFINITY;
    report.spentMs = 0;
    report.overrunMs = 0;
    return report;
  }

  /** Infers states, learns, and begins the report. @returns agents to plan, count */
  #perceive(batch: PopulationBatch): number {
    const { count, failures, referred } = this.#population.inferStates(batch);
    if (this.#population.compiled.settings.learning !== null) this.#population.learn();
    const report = this.#report;
    report.count = count;
    report.failures = failures;
    report.referred = referred;
    report.horizons.fill(NOT_PLANNED, 0, count);
    report.plannedCounts.fill(0);
    report.carriedOnCount = 0;
    return count - failures.length;
  }

  #planWithin(batch: PopulationBatch, agentCount: number, endMs: number): void {
    const { count } = this.#report;
    const { status } = this.#population.results;
    const begin = this.#first < count ? this.#first : 0;
    let remaining = agentCount;
    /** Settled agents among them; null until it matters. */
    let settled: number | null = null;
    /** Entries of the order that were looked at, count. */
    let seen = 0;
    let before = -1;
    let turned = false;
    while (remaining > 0) {
      const leftMs = endMs - this.#clockMs;
      const isPressed = this.#cost.expectedMs(0, remaining) > leftMs;
      if (isPressed) settled ??= this.#countSettled(begin, seen);
      const toPlan = isPressed ? remaining - settled! : remaining;
      const plan = isPressed ? this.#longestWithin(leftMs, toPlan) : 0;
      const sizeMax = this.#partSize(plan, leftMs, toPlan);
      let size = 0;
      while (seen < count && size < sizeMax) {
        const entry = (begin + seen) % count;
        seen++;
        if (status[entry] !== AGENT_STATUS.ok) continue;
        remaining--;
        if (settled !== null && this.#isSettled(entry)) {
          settled--;
          if (isPressed) {
            this.#carryOn(entry);
            continue;
          }
        }
        this.#part[size++] = entry;
      }
      if (size === 0) break;
      if (!turned && plan < before) {
        turned = true;
        this.#first = this.#part[0]!;
      }
      before = plan;
      const beganMs = this.#readClock();
      this.#plan(batch, size, plan);
      this.#cost.measure(plan, size, this.#readClock() - beganMs);
    }
  }

  /** The plan of the longest horizon with which so many agents fit, or of the shortest that is allowed. */
  #longestWithin(leftMs: number, agentCount: number): number {
    const last = this.#rule.planCount - 1;
    let plan = 0;
    while (plan < last && this.#cost.expectedMs(plan, agentCount) > leftMs) plan++;
    return plan;
  }

  /**
   * Agents of the next part at most, in whole blocks: as many as leave time to decide otherwise, and no more than have
   * to be shortened for the others to fit with the next longer horizon.
   */
  #partSize(plan: number, leftMs: number, agentCount: number): number {
    const { block, isKnown } = this.#cost;
    if (!isKnown) return block;
    if (leftMs <= 0) return PART_MAX;
    const blockMs = this.#cost.expectedMs(plan, block);
    let blocks = Math.floor((PART_SHARE * leftMs) / blockMs);
    if (plan > 0) {
      const missingMs = this.#cost.expectedMs(plan - 1, agentCount) - leftMs;
      const savedMs = this.#cost.expectedMs(plan - 1, block) - blockMs;
      if (savedMs > 0) blocks = Math.min(blocks, Math.ceil(missingMs / savedMs));
    }
    return blocks >= 1 ? Math.min(PART_MAX, blocks * block) : block;
  }

  #countSettled(begin: number, seen: number): number {
    const { count } = this.#report;
    if (this.#rule.surpriseMax === null) return 0;
    let settled = 0;
    for (let i = seen; i < count; i++) if (this.#isSettled((begin + i) % count)) settled++;
    return settled;
  }

  /** Whether an agent saw what it expected and has steps left of its policy. */
  #isSettled(entry: number): boolean {
    const { surpriseMax } = this.#rule;
    const { status, freeEnergy } = this.#population.results;
    if (surpriseMax === null || status[entry] !== AGENT_STATUS.ok) return false;
    return freeEnergy[entry]! <= surpriseMax && this.#population.stepsLeft(entry) > 0;
  }

  #carryOn(entry: number): void {
    this.#population.carryOn(entry);
    this.#report.horizons[entry] = CARRIED_ON;
    this.#report.carriedOnCount++;
  }

  /** Plans the part in hand. */
  #plan({ agents }: PopulationBatch, size: number, plan: number): void {
    if (size === 0) return;
    this.#population.planEntries(agents, this.#part, size, plan);
    const { horizons, plannedCounts } = this.#report;
    for (let i = 0; i < size; i++) horizons[this.#part[i]!] = this.#horizons[plan]!;
    plannedCounts[plan]! += size;
  }

  #checkHorizon(horizon: number | undefined, entry: number): void {
    if (horizon === CARRIED_ON || horizon === NOT_PLANNED || this.#horizons.includes(horizon!)) return;
    const expected = `a compiled horizon (${this.#horizons.join(', ')}), 0 or -1`;
    throw new InputError('INFERENCE_OPTION_INVALID', `horizons[${entry}]`, expected, describe(horizon));
  }

  #checkPossible(horizon: number, entry: number): void {
    const isInferred = this.#population.results.status[entry] === AGENT_STATUS.ok;
    const isPossible = horizon !== CARRIED_ON || this.#population.stepsLeft(entry) > 0;
    if (isInferred === (horizon !== NOT_PLANNED) && isPossible) return;
    const expected = isInferred
      ? 'a horizon, or 0 where steps of a policy are left'
      : '-1, since no states could be inferred';
    throw new InputError('INFERENCE_OPTION_INVALID', `horizons[${entry}]`, expected, `${horizon}`);
  }

  /** Reads the clock before anything has changed. @throws InputError `INFERENCE_OPTION_INVALID` for what is no time */
  #startClock(): number {
    const nowMs = this.#now();
    if (!isTime(nowMs)) {
      const expected = `a time within 2^53 ms, read from a clock`;
      throw new InputError('INFERENCE_OPTION_INVALID', 'now', expected, describe(nowMs));
    }
    this.#clockMs = Math.max(this.#clockMs, nowMs);
    return this.#clockMs;
  }

  /** Reads the clock in the middle of a step, which is completed whatever it says; it never falls. */
  #readClock(): number {
    const nowMs = this.#now();
    if (isTime(nowMs)) this.#clockMs = Math.max(this.#clockMs, nowMs);
    return this.#clockMs;
  }
}

const isTime = (ms: number): boolean => typeof ms === 'number' && Math.abs(ms) <= CLOCK_MAX;
