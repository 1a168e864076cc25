import type { ActorSystem } from '../../system/actor-system.js';
import { SimulatedClock } from '../../time/simulated-clock.js';
import { passTime } from './pass-time.js';

/**
 * Lets those who wait know that something has come.
 *
 * To wait is to let time pass: on a {@link SimulatedClock}, which nobody else may be moving, waiting moves it, from timer to timer and
 * no further than needed; so a test neither hangs nor has to say how the time goes by. On any other clock it passes by itself.
 */
export class Arrivals {
  readonly #system: ActorSystem;
  #waiting: (() => void)[] = [];

  constructor(system: ActorSystem) {
    this.#system = system;
  }

  /** Something has come: all who wait look again. */
  tell(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const look of waiting) look();
  }

  /**
   * Resolves when `hasCome` says so, or `durationMs` of the system's time have passed; which of the two, says the boolean.
   *
   * @throws QuietTimeoutError on a simulated clock, when the system does not come to rest
   */
  async wait(hasCome: () => boolean, durationMs: number): Promise<boolean> {
    if (hasCome()) return true;
    const passing = this.#pass(durationMs);
    try {
      while (!hasCome() && !passing.isOver) await new Promise<void>((look) => this.#waiting.push(look));
    } finally {
      passing.end();
    }
    if (hasCome()) return true;
    if (passing.failure !== undefined) throw passing.failure;
    return false;
  }

  #pass(durationMs: number): Passing {
    const { clock } = this.#system;
    const passing: Passing = { isOver: false, failure: undefined, end: () => undefined };
    const end = (failure?: unknown): void => {
      passing.isOver = true;
      passing.failure = failure;
      this.tell();
    };
    if (clock instanceof SimulatedClock) {
      let isEnough = false;
      passing.end = () => {
        isEnough = true;
      };
      passTime(this.#system, clock, clock.now() + durationMs, () => isEnough).then(() => end(), end);
    } else {
      const timer = clock.setTimer(durationMs, () => end());
      passing.end = () => timer.cancel();
    }
    return passing;
  }
}

/** Time that somebody lets pass. */
interface Passing {
  isOver: boolean;
  /** Why it could not. */
  failure: unknown;
  /** It need not pass any further. */
  end(): void;
}
