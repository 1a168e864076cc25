/**
 * Which children share the verdict `restart` on one of them.
 *
 * - `one-for-one`: nobody.
 * - `rest-for-one`: those that were started after it.
 * - `all-for-one`: all.
 */
export type Strategy = 'one-for-one' | 'rest-for-one' | 'all-for-one';

/**
 * Which ends of a child its supervisor answers with a new life; the default is `transient`.
 *
 * | the child …                    | `permanent` | `transient` | `temporary` |
 * |--------------------------------|-------------|-------------|-------------|
 * | fails, and the verdict is `restart` | new life | new life | stops       |
 * | is lost with its thread        | new life    | new life    | gone        |
 * | stops itself (`context.stop()`) | new life   | gone        | gone        |
 * | is told to stop by anybody else | gone       | gone        | gone        |
 *
 * `decide` is asked about failures and lost threads only, and about children of each kind; what it says
 * instead of `restart` holds for all of them. For a temporary child `restart` means `stop`.
 *
 * Whatever gives one child a new life gives one to those who share its verdict too, whichever strategy that
 * is, and counts once against the intensity. Whatever leaves it gone concerns nobody else. Temporary children
 * who share a verdict are stopped with the others, and stay so.
 *
 * The names are OTP's. Its default is permanent, in whose sense a child that stops itself comes back; and there
 * a child that anybody but its supervisor has stopped does so too. Here whoever holds a ref may stop an actor
 * and be sure that it is gone.
 */
export type RestartType = 'permanent' | 'transient' | 'temporary';

/** All of them, to check what a caller without types passes. */
export const RESTART_TYPES: readonly RestartType[] = ['permanent', 'transient', 'temporary'];

/** How a life ended. */
export type Exit = 'crash' | 'shard-lost' | 'own-stop' | 'ordered-stop';

/** Whether a child is to live again after such an end, the verdict being `restart` where one is asked for. */
export function livesAgain(restart: RestartType, exit: Exit): boolean {
  if (restart === 'temporary' || exit === 'ordered-stop') return false;
  return exit !== 'own-stop' || restart === 'permanent';
}

/** A child among its siblings. */
export interface Sibling {
  /** Its place in the order of starts, wherever it lives. */
  readonly ordinal: number;
  readonly restart: RestartType;
}

/** Who ends a life together, and who of them begins another: both in the order of starts. */
export interface Group<S extends Sibling> {
  /** Ended one after the other from the last to the first. */
  readonly down: readonly S[];
  /** Then begun one after the other from the first to the last. */
  readonly up: readonly S[];
}

/** Who shares the verdict `restart` on some of the `siblings`, which may come in any order. */
export function groupOf<S extends Sibling>(
  strategy: Strategy,
  siblings: readonly S[],
  failed: readonly S[],
): Group<S> {
  const first = Math.min(...failed.map(({ ordinal }) => ordinal));
  const shares = (sibling: S): boolean => {
    if (strategy === 'all-for-one') return failed.length > 0;
    return strategy === 'rest-for-one' ? sibling.ordinal >= first : failed.includes(sibling);
  };
  const down = siblings.filter(shares).sort((a, b) => a.ordinal - b.ordinal);
  return { down, up: down.filter(({ restart }) => restart !== 'temporary') };
}
