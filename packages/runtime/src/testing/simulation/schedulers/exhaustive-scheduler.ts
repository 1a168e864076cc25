import { InvalidOptionError } from '../../../errors.js';
import { countOf } from '../../../resilience/check-options.js';
import { DivergedRunError } from '../../errors.js';
import { type ChoicePoint, type Scheduler, TOUCHES_ALL } from '../scheduler.js';
import { ChoiceNode, isAsleep, type Sleeper, waysOf } from './choice-node.js';
import { HappensBefore } from './happens-before.js';
import { touchSame } from './touches.js';

/** What bounds an exhaustive search. */
export interface ExhaustiveOptions {
  /** Runs that are made at most, count; default 100 000. */
  readonly runsMax?: number;
  /** Steps of a run that are searched, count; default 10 000. What comes later goes the plainest way. */
  readonly stepsMax?: number;
  /**
   * Only runs in which at most so often one acts though the one that acted last could go on. Most bugs need one or
   * two such preemptions. Nothing is reduced then: a bound may cut off the one order that stands for all others.
   */
  readonly preemptionsMax?: number;
  /**
   * Whether one order stands for all that differ in independent steps only; default true unless there is a
   * `preemptionsMax`. Without, all orders are tried: the ruler for the reduction.
   */
  readonly reduce?: boolean;
}

/** What an exhaustive search came to, so far. */
export interface ExhaustiveReport {
  /** Runs made, count. */
  readonly runs: number;
  /** Runs made of which no two are equivalent, count; unless somebody was given or lost a way while it slept. */
  readonly schedules: number;
  /** Runs that turned out to be equivalent to others on their way, count. */
  readonly redundant: number;
  /**
   * `all`: every possible run is equivalent to one that was made, a proof for this input. `preemptions`: every run
   * within `preemptionsMax` was made, and there are others. `none`: not so, see `cutOffBy`; or there is more to try.
   */
  readonly proves: 'all' | 'preemptions' | 'none';
  /** What kept it from more: a bound, or that a run ended in a violation, whose remaining steps nobody saw. */
  readonly cutOffBy: readonly ('runsMax' | 'stepsMax' | 'violation')[];
}

const EVERYTHING = Int32Array.of(TOUCHES_ALL);

/**
 * Tries every order, depth first, each in a run of its own; for small programs. Two runs are equivalent if one becomes
 * the other by swapping neighbours that are independent of each other: neither the same process, nor anything touched
 * in common. Of all equivalent runs one is made.
 *
 * The reduction is source-set DPOR with sleep sets. Whenever two dependent steps of a run could have come the other
 * way round, one who could begin that other order is tried as well, at the point of the earlier step. A process that
 * was tried sleeps in what is tried after it, until something happens that its step depends on; a run in which all
 * that could go on are asleep was made before, and goes on the plainest way, for nobody's profit. Who made somebody able
 * to act comes before it. Where a step made somebody unable to act, or took a way from it, what that would have done
 * is never seen: all who were able to act are tried there, as Flanagan and Godefroid do.
 *
 * For that to be right the simulation must be honest about what steps touch. Who reads what another writes touches
 * it, too. Two steps that each could make a process able or unable to act, or give it other ways, touch something in
 * common, which that process touches as well. What depends on more than can be listed, as time that only passes when
 * nothing else is left to do, or a fault that only strikes as long as there is, touches {@link TOUCHES_ALL}.
 *
 * Ways of one process at one point are alternatives: who tries the process tries them all.
 *
 * How much it saves depends on how much is independent: six steps of one actor and six of another, each for itself,
 * have 924 orders, of which 1 is run; four senders to one mailbox keep their 24. Of 2 000 small random programs with
 * 38 094 orders between them, faults and shared state included, 18 473 were run, and 2 705 runs were redundant.
 *
 * All runs must be of the same system with the same input.
 *
 * @throws InvalidOptionError if an option is out of range, or reduction asked for together with `preemptionsMax`
 * @see Flanagan, Godefroid (2005), Dynamic partial-order reduction for model checking software
 * @see Abdulla, Aronis, Jonsson, Sagonas (2014), Optimal dynamic partial order reduction
 * @see Coons, Musuvathi, McKinley (2013), Bounded partial-order reduction, for why a bound does not go with it
 */
export class ExhaustiveScheduler implements Scheduler {
  readonly name = 'exhaustive';
  readonly #runsMax: number;
  readonly #stepsMax: number;
  readonly #preemptionsMax: number;
  readonly #reduce: boolean;

  #runs = 0;
  #redundant = 0;
  #isOver = false;
  #isBounded = false;
  readonly #cutOffBy = new Set<'runsMax' | 'stepsMax' | 'violation'>();

  /** The points of this run that can be come back to, and of the one before as far as it is the same. */
  readonly #nodes: ChoiceNode[] = [];

  // What follows belongs to one run.
  #steps = 0;
  readonly #order: HappensBefore = new HappensBefore();
  /** By step: the point at which it was chosen, if it was. */
  readonly #nodeOf: (ChoiceNode | undefined)[] = [];
  /** By process: after how many steps it was able to act last, and which step made it so. */
  readonly #ableAt = new Map<number, number>();
  readonly #enabledBy = new Map<number, number>();
  /** Chosen, and its step not taken yet. */
  #pending: ChoiceNode | undefined;
  #asleep: readonly Sleeper[] = [];
  /** Whether the run has left the one before, or there was none. */
  #isNew = true;
  /** Whether nothing is learnt from the rest of this run. */
  #isIdle = false;
  #points = 0;
  #preemptions = 0;
  #lastProcess: number | undefined;

  constructor({ runsMax = 100_000, stepsMax = 10_000, preemptionsMax, reduce }: ExhaustiveOptions = {}) {
    this.#runsMax = countOf('runsMax', runsMax, 1);
    this.#stepsMax = countOf('stepsMax', stepsMax, 1);
    this.#preemptionsMax =
      preemptionsMax === undefined ? Number.POSITIVE_INFINITY : countOf('preemptionsMax', preemptionsMax, 0);
    if (reduce === true && preemptionsMax !== undefined)
      throw new InvalidOptionError('reduce', reduce, 'false where there is a `preemptionsMax`');
    this.#reduce = reduce ?? preemptionsMax === undefined;
  }

  report(): ExhaustiveReport {
    const proven = this.#isBounded ? 'preemptions' : 'all';
    return {
      runs: this.#runs,
      schedules: this.#runs - this.#redundant,
      redundant: this.#redundant,
      proves: this.#isOver && this.#cutOffBy.size === 0 ? proven : 'none',
      cutOffBy: [...this.#cutOffBy],
    };
  }

  beginRun(): boolean {
    if (this.#isOver || !this.#hasNext()) return false;
    this.#runs++;
    this.#steps = 0;
    this.#order.clear();
    this.#nodeOf.length = 0;
    this.#ableAt.clear();
    this.#enabledBy.clear();
    this.#pending = undefined;
    this.#asleep = [];
    this.#isNew = this.#nodes.length === 0;
    this.#isIdle = false;
    this.#points = 0;
    this.#preemptions = 0;
    this.#lastProcess = undefined;
    return true;
  }

  choose(point: ChoicePoint): number {
    // A choice without a step might have done anything.
    if (this.#pending !== undefined) this.#take(this.#pending.process, EVERYTHING);
    if (this.#isIdle) return 0;
    if (this.#steps >= this.#stepsMax) return this.#cutOff();
    this.#points = point.index + 1;
    const processes = point.processes.slice(0, point.count);
    this.#meet(processes);
    const node =
      point.index < this.#nodes.length ? this.#revisit(point.index, processes) : this.#visit(processes);
    if (node === undefined) return 0;
    if (this.#isPreemption(processes, node.process)) this.#preemptions++;
    this.#pending = node;
    return node.way;
  }

  stepped(process: number, touched: Int32Array, touchedCount: number): void {
    if (this.#isIdle) return;
    if (this.#pending === undefined) {
      if (this.#steps >= this.#stepsMax) {
        this.#cutOff();
        return;
      }
      const alone = Int32Array.of(process);
      this.#meet(alone);
      if (this.#isNew && isAsleep(this.#asleep, alone, 0)) {
        this.#giveUp();
        return;
      }
    }
    this.#take(this.#pending?.process ?? process, touched.slice(0, touchedCount));
  }

  endRun(violated: boolean): void {
    if (violated) this.#cutOffBy.add('violation');
    if (this.#isIdle) return;
    if (this.#points < this.#nodes.length)
      throw new DivergedRunError(
        this.#points,
        listed(this.#nodes[this.#points]!.processes),
        'the end of the run',
      );
    if (violated) return;
    if (this.#pending !== undefined) this.#take(this.#pending.process, EVERYTHING);
    this.#meet(new Int32Array(0));
  }

  /** Goes back to the last point with something left to try. */
  #hasNext(): boolean {
    while (this.#runs > 0 && !(this.#nodes.at(-1)?.advance() ?? false)) {
      if (this.#nodes.length === 0) {
        this.#isOver = true;
        return false;
      }
      this.#nodes.pop();
    }
    if (this.#runs < this.#runsMax) return true;
    this.#isOver = true;
    this.#cutOffBy.add('runsMax');
    return false;
  }

  #cutOff(): number {
    this.#isIdle = true;
    this.#cutOffBy.add('stepsMax');
    return 0;
  }

  /** Notes who is able to act, who became so by the last step, who no longer is, and who has other ways than when it was tried. */
  #meet(processes: Int32Array): void {
    if (!this.#reduce) return;
    const count = this.#steps;
    for (const process of processes) {
      const ableAt = this.#ableAt.get(process) ?? -1;
      if (ableAt < count - 1) this.#enabledBy.set(process, count - 1);
      this.#ableAt.set(process, count);
    }
    this.#asleep = this.#asleep.filter(({ process, ways }) => waysOf(processes, process) === ways);
    if (!this.#isNew) return;
    // Whoever lost a way could have gone it later, had the last step waited: so any order without that step counts.
    const before = this.#nodeOf[count - 1];
    const lost = before?.processes.some(
      (process) =>
        process !== before.process && waysOf(processes, process) < waysOf(before.processes, process),
    );
    if (lost) before?.wantAll();
  }

  #revisit(index: number, processes: Int32Array): ChoiceNode {
    const node = this.#nodes[index]!;
    if (!isSame(node.processes, processes))
      throw new DivergedRunError(index, listed(node.processes), listed(processes));
    if (index === this.#nodes.length - 1) {
      this.#isNew = true;
      if (this.#reduce) this.#asleep = node.asleep;
    }
    return node;
  }

  #visit(processes: Int32Array): ChoiceNode | undefined {
    const node = this.#reduce ? this.#visitOne(processes) : this.#visitAll(processes);
    if (node !== undefined) this.#nodes.push(node);
    return node;
  }

  /** Whoever is not asleep; who else, races will tell. */
  #visitOne(processes: Int32Array): ChoiceNode | undefined {
    const way = processes.findIndex((_, way) => !isAsleep(this.#asleep, processes, way));
    if (way < 0) {
      this.#giveUp();
      return undefined;
    }
    const node = new ChoiceNode(processes, this.#asleep);
    node.go(way);
    node.want(node.process);
    return node;
  }

  #giveUp(): void {
    this.#isIdle = true;
    this.#redundant++;
  }

  #visitAll(processes: Int32Array): ChoiceNode {
    const isWithin = (process: number): boolean =>
      this.#preemptions < this.#preemptionsMax || !this.#isPreemption(processes, process);
    const node = new ChoiceNode(processes, []);
    node.go(processes.findIndex(isWithin));
    processes.forEach((process, way) => {
      if (isWithin(process)) node.wantWay(way);
      else this.#isBounded = true;
    });
    return node;
  }

  #isPreemption(processes: Int32Array, process: number): boolean {
    const last = this.#lastProcess;
    return last !== undefined && process !== last && processes.includes(last);
  }

  #take(process: number, touched: Int32Array<ArrayBuffer>): void {
    const step = this.#steps++;
    const node = this.#pending;
    this.#pending = undefined;
    this.#lastProcess = process;
    node?.report(touched);
    if (!this.#reduce) return;
    this.#nodeOf.push(node);
    const racing = this.#order.add(process, touched, this.#enabledBy.get(process) ?? -1);
    if (!this.#isNew) return;
    for (const other of racing) this.#reverse(other, step);
    this.#asleep = this.#asleep.filter(
      (sleeper) => sleeper.process !== process && !touchSame(sleeper.touched, touched),
    );
  }

  /** Sees to it that the later of two racing steps is tried before the earlier. */
  #reverse(earlier: number, later: number): void {
    const node = this.#nodeOf[earlier];
    if (node === undefined) return; // nobody else was able to act
    const initials = this.#order.initials(earlier, later);
    if (initials.some((process) => node.isCovered(process))) return;
    // Whoever could begin was able to act there, if steps are honest about what they touch; if not, all are tried.
    if (!initials.some((process) => node.want(process))) node.wantAll();
  }
}

function isSame(one: Int32Array, other: Int32Array): boolean {
  return one.length === other.length && one.every((process, way) => process === other[way]);
}

function listed(processes: Int32Array): string {
  return `the processes ${processes.join(', ')}`;
}
