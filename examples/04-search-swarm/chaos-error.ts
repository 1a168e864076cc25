/** Thrown by a searcher that `--chaos` chose. */
export class ChaosError extends Error {
  override readonly name = 'ChaosError';
}
