import type { ActorSystem } from '../../system/actor-system.js';
import type { SimulatedClock } from '../../time/simulated-clock.js';

/**
 * Moves a clock to `untilMs`, from timer to timer, and lets the system come to rest before each: what one timer sets in motion has
 * happened before the next fires, and timers that are set on the way fire in their turn. Stops early, at a moment of rest,
 * when `isOver` says so.
 *
 * Async calls that wait are at rest. A call that waits for the world outside is overtaken by this.
 *
 * @throws QuietTimeoutError when the system does not come to rest within ten seconds of real time
 */
export async function passTime(
  system: ActorSystem,
  clock: SimulatedClock,
  untilMs: number,
  isOver: () => boolean = () => false,
): Promise<void> {
  await system.quiet({ withCalls: false });
  while (!isOver()) {
    const next = clock.nextTimerMs;
    if (next === undefined || next > untilMs) {
      clock.advance(Math.max(0, untilMs - clock.now()));
      return;
    }
    clock.advance(Math.max(0, next - clock.now()));
    await system.quiet({ withCalls: false });
  }
}
