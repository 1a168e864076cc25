import type { ActorRef } from '../actor/actor-ref.js';
import { type ActorDefinition, defineActor } from '../actor/definition.js';
import type { Puppet } from '../testing/puppet.test-fixtures.js';

/** An actor that leaves its supervisor a last word, and has nothing to see to at its end. */
export const mayfly: ActorDefinition<{ end: { to: ActorRef<Puppet> } }, undefined> = defineActor<{
  end: { to: ActorRef<Puppet> };
}>()({
  name: 'mayfly',
  initial: () => undefined,
  receive: {
    end: (_, { to }, context) => {
      context.stop();
      to.send({ type: 'note', text: 'farewell' });
    },
  },
});
