import { EPISODE } from '../environments/world.js';
import { type LoopTick, NEWS } from './closed-loop.js';

/** How an episode ended. Lost: with its copy, or with its agent. */
export type EpisodeEnd = 'succeeded' | 'failed' | 'truncated' | 'lost';

/** An episode that is over. */
export interface Episode {
  /** Whose, index. */
  readonly agent: number;
  /** The tick that showed its first outcomes. */
  readonly from: number;
  /** Steps, count. */
  readonly steps: number;
  /** Sum of its rewards. */
  readonly reward: number;
  readonly end: EpisodeEnd;
}

/** What came of a rollout. */
export interface RolloutResult {
  /** Steps of every agent, count. */
  readonly ticks: number;
  /** The first episodes that ended, in the order in which they did, at most `episodesMax`. */
  readonly episodes: readonly Episode[];
  /** Episodes by their end, count; `running` are those that have none. */
  readonly counts: Readonly<Record<EpisodeEnd | 'running', number>>;
  /** Of those that came to an end and were not lost, the share that succeeded; NaN if there is none. */
  readonly successShare: number;
  /** Mean of the steps, and of the sums of rewards, of the same. */
  readonly meanSteps: number;
  readonly meanReward: number;
  /** f64[capacity]: all that each agent was rewarded with. */
  readonly rewards: Float64Array;
}

const ENDS: Readonly<Record<number, EpisodeEnd>> = {
  [EPISODE.succeeded]: 'succeeded',
  [EPISODE.failed]: 'failed',
  [EPISODE.truncated]: 'truncated',
};

/** Counts episodes as they go by. */
export class EpisodeTally {
  readonly #episodesMax: number;
  readonly #rewards: Float64Array;
  /** Of each place's episode: where it began, or -1; its steps; what it earned. */
  readonly #from: Int32Array;
  readonly #steps: Int32Array;
  readonly #earned: Float64Array;
  readonly #episodes: Episode[] = [];
  readonly #counts = { succeeded: 0, failed: 0, truncated: 0, lost: 0 };
  #stepSum = 0;
  #rewardSum = 0;
  #ticks = 0;

  constructor(places: number, episodesMax: number) {
    this.#episodesMax = episodesMax;
    this.#rewards = new Float64Array(places);
    this.#from = new Int32Array(places).fill(-1);
    this.#steps = new Int32Array(places);
    this.#earned = new Float64Array(places);
  }

  add({ tick, rewards, standings, news }: LoopTick): void {
    this.#ticks = tick;
    for (let place = 0; place < standings.length; place++) {
      const what = news[place]!;
      if (what === NEWS.lost || what === NEWS.lostAndBegan) this.#end(place, 'lost');
      if (what === NEWS.began || what === NEWS.lostAndBegan) {
        this.#from[place] = tick;
        this.#steps[place] = 0;
        this.#earned[place] = 0;
        continue;
      }
      const standing = standings[place]!;
      if (standing > EPISODE.truncated || this.#from[place] === -1) continue;
      this.#steps[place]!++;
      this.#earned[place]! += rewards[place]!;
      this.#rewards[place]! += rewards[place]!;
      if (standing !== EPISODE.running) this.#end(place, ENDS[standing]!);
    }
  }

  get result(): RolloutResult {
    const { succeeded, failed, truncated } = this.#counts;
    const ended = succeeded + failed + truncated;
    return {
      ticks: this.#ticks,
      episodes: this.#episodes,
      counts: { ...this.#counts, running: this.#from.reduce((sum, from) => sum + Number(from !== -1), 0) },
      successShare: succeeded / ended,
      meanSteps: this.#stepSum / ended,
      meanReward: this.#rewardSum / ended,
      rewards: this.#rewards,
    };
  }

  #end(agent: number, end: EpisodeEnd): void {
    const [from, steps, reward] = [this.#from[agent]!, this.#steps[agent]!, this.#earned[agent]!];
    this.#from[agent] = -1;
    this.#counts[end]++;
    if (end !== 'lost') {
      this.#stepSum += steps;
      this.#rewardSum += reward;
    }
    if (this.#episodes.length < this.#episodesMax) this.#episodes.push({ agent, from, steps, reward, end });
  }
}
