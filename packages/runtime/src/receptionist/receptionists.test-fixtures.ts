import type { ActorRef } from '../actor/actor-ref.js';
import { defineActor } from '../actor/definition.js';
import type { Ask } from '../actor/protocol.js';
import type { Puppet } from '../testing/puppet.test-fixtures.js';
import { Receptionist } from './receptionist.js';
import type { ListingProtocol, ReceptionistProtocol } from './receptionist-actor.js';
import { serviceKey } from './service-key.js';

export * from '../testing/puppet.test-fixtures.js';

export type Listener = ListingProtocol<Puppet> & { heard: Ask<{}, readonly string[]> };

/** Remembers the names in each listing. */
export const listener = defineActor<Listener>()({
  name: 'listener',
  initial: () => ({ heard: [] as string[] }),
  receive: {
    listing: (state, { key, refs }) => {
      state.heard.push(`${key}: ${refs.map(({ address }) => address.path.slice(1)).join(' ')}`);
    },
    heard: (state, _, context) => context.reply(state.heard),
  },
});

type Worker = { ping: Ask<{}, string> };
export const workers = serviceKey<Worker>('workers');

/** Registers itself in each of its lives. */
export const worker = defineActor<Worker>()({
  name: 'worker',
  initial: ({ desk, unique }: { desk: ActorRef<ReceptionistProtocol>; unique: boolean }, context) => {
    void new Receptionist(desk).register(workers, context.self, { unique });
  },
  receive: { ping: (_state, _message, context) => context.reply(context.self.address.path) },
});
