import type { SearchArm } from '@skein/agents/environments';

/** The arms in the order of a report, each with what sets it apart. */
export const ARMS: readonly { readonly arm: SearchArm; readonly name: string; readonly meaning: string }[] = [
  { arm: 'fused', name: 'Fused', meaning: 'searchers pool what they heard' },
  { arm: 'unfused', name: 'Without fusion', meaning: 'the same searchers, each for itself' },
  { arm: 'random', name: 'Random walk', meaning: 'each for itself, and walking at random' },
];
