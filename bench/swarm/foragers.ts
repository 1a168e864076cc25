import { type AgentDefinition, defineAgent } from '@skein/agents';
import { ACTOR_DEFINITIONS } from '@skein/runtime';
import { benchModel } from '../inference/models.js';

/** For `createSystem({ modules })`. */
export const foragerModules: readonly URL[] = [new URL(import.meta.url)];

/** What agents of a model see and do. */
export type Forager = AgentDefinition<number, readonly number[]>;

/** Model ii of the reference timings, and the explorers of a published multi-agent workload. */
export const MODELS: readonly string[] = [
  'ii',
  ...['exp', 'inf'].flatMap((kind) =>
    [5, 10].flatMap((size) => [1, 2, 3].map((horizon) => `fa-${kind} ${size}x${size} len ${horizon}`)),
  ),
];

const definitions = new Map(MODELS.map((name) => [name, define(name)]));

/** All of them, for threads to find. */
export const foragers: { readonly [ACTOR_DEFINITIONS]: Forager[typeof ACTOR_DEFINITIONS][number][] } = {
  [ACTOR_DEFINITIONS]: [...definitions.values()].flatMap((forager) => [...forager[ACTOR_DEFINITIONS]]),
};

/** The agent of one model. */
export function foragerOf(model: string): Forager {
  const found = definitions.get(model);
  if (found === undefined) throw new Error(`no agent of model ${model}, but of ${MODELS.join(', ')}`);
  return found;
}

/** Its model is made on the first shard that has an agent of it. */
function define(model: string): Forager {
  const horizon = Number(/len (\d)$/.exec(model)?.[1] ?? 1);
  return defineAgent<number, readonly number[]>({
    name: model.replaceAll(' ', '-'),
    model: () => benchModel(model).model,
    horizon,
  });
}
