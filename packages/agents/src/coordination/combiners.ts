import { coalitionBeliefsCombiner } from '../coalitions/coalition-beliefs.js';
import { coalitionBestCombiner } from '../coalitions/coalition-best.js';
import { coalitionCombiner } from '../coalitions/form-hierarchically.js';
import type { CoalitionGame } from '../coalitions/game.js';
import { addCombiner } from './add.js';
import { argmaxCombiner } from './argmax.js';
import type { AnyCombiner } from './combiner.js';
import { float64Combiner, int32Combiner, listCombiner } from './concat.js';
import { countCombiner } from './count.js';
import { countsCombiner } from './counts.js';
import { type FuseRule, fuseCombiner } from './fuse.js';
import { logSumExpCombiner } from './log-sum-exp.js';
import { maxCombiner } from './max.js';
import { meanCombiner } from './mean.js';
import { type OwnCombiners, ownCombiner } from './own-combiner.js';
import { type SampleOptions, sampleCombiner } from './sample.js';
import { sumCombiner } from './sum.js';
import { tallyCombiner } from './tally.js';
import { topKCombiner } from './top-k.js';

/** A combiner by its name and what it needs to know: plain data, as functions do not cross threads. */
export type CombinerSpec =
  | { readonly name: 'list' | 'int32' | 'float64' | 'count' | 'counts' | 'add' | 'argmax' }
  | { readonly name: 'sum' | 'mean' | 'max' | 'logsumexp'; readonly width: number }
  | { readonly name: 'top'; readonly count: number }
  | { readonly name: 'tally'; readonly choices: number }
  | { readonly name: 'fuse'; readonly states: number; readonly rule: FuseRule }
  | ({ readonly name: 'sample' } & SampleOptions)
  | { readonly name: 'coalitions'; readonly game: CoalitionGame }
  | { readonly name: 'coalition-best' }
  | { readonly name: 'coalition-beliefs'; readonly states: number }
  | { readonly name: 'own'; readonly own: string; readonly width: number };

const list = listCombiner();
const int32 = int32Combiner();
const float64 = float64Combiner();
const count = countCombiner();
const counts = countsCombiner();
const add = addCombiner();
const argmax = argmaxCombiner();

/** @param own what the agents' definition declares itself */
export function combinerOf(spec: CombinerSpec, own: OwnCombiners): AnyCombiner {
  switch (spec.name) {
    case 'list':
      return list;
    case 'int32':
      return int32;
    case 'float64':
      return float64;
    case 'count':
      return count;
    case 'counts':
      return counts;
    case 'add':
      return add;
    case 'argmax':
      return argmax;
    case 'sum':
      return sumCombiner(spec);
    case 'mean':
      return meanCombiner(spec);
    case 'max':
      return maxCombiner(spec);
    case 'logsumexp':
      return logSumExpCombiner(spec);
    case 'top':
      return topKCombiner(spec);
    case 'tally':
      return tallyCombiner(spec);
    case 'fuse':
      return fuseCombiner(spec);
    case 'sample':
      return sampleCombiner(spec);
    case 'coalitions':
      return coalitionCombiner(spec.game);
    case 'coalition-best':
      return coalitionBestCombiner();
    case 'coalition-beliefs':
      return coalitionBeliefsCombiner(spec);
    case 'own':
      return ownCombiner(own[spec.own]!);
  }
}
