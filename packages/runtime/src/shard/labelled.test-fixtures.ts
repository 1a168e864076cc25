import { type ActorDefinition, defineActor } from '../actor/definition.js';
import type { Ask } from '../actor/protocol.js';

type Label = string | undefined;

/** It is called as it is told; what it is told may be no name. */
export const labelled: ActorDefinition<Record<never, never>, Label> = defineActor<Record<never, never>>()({
  name: 'labelled',
  label: (label: Label) => {
    if (label === 'throw') throw new Error('no label');
    return label as string;
  },
  initial: () => undefined,
  receive: {},
});

/** Has a child for each label, then two more that are called ann, one of them on another shard. Says what their paths are. */
export const family: ActorDefinition<{ paths: Ask<{}, string[]> }, Label[]> = defineActor<{
  paths: Ask<{}, string[]>;
}>()({
  name: 'family',
  initial: (labels: Label[], context) => [
    ...labels.map((label) => context.spawn(labelled, label)),
    ...[0, 1].map((shard) => context.spawn(labelled, 'ann', { shard })),
  ],
  receive: { paths: (refs, _, context) => context.reply(refs.map(({ address }) => address.path)) },
});
