/** A whole number from 0 to `sides` - 1. */
export type Dice = (sides: number) => number;

/** Dice that fall the same way for the same seed, a few ns a throw (Marsaglia's xorshift on 32 bits). */
export function createDice(seed: number): Dice {
  let state = (seed ^ 0x9e3779b9) | 1;
  return (sides) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % sides;
  };
}
