import type { AnyRef } from '../../actor/actor-ref.js';
import type { ActorAddress } from '../../actor/address.js';
import { RUNNING, STARTING } from '../../actor/lifecycle.js';
import { HAS_STATE, LIFECYCLE_MASK, MAIL_HEAD, ROLE, STATUS } from '../../kernel/actor-record.js';
import type { Shard } from '../../shard/shard.js';
import type { ActorView } from './invariant.js';
import type { SimulatedPump } from './simulated-pump.js';

/** A shard, and what drives it. */
export interface SimulatedShard {
  readonly shard: Shard;
  readonly pump: SimulatedPump;
}

/** The shards of a simulated system, and what there is to see in them between two steps. */
export class SimulatedShards {
  /** By number; those that have ended stay until they are replaced. */
  readonly all: SimulatedShard[] = [];

  /** The shards that run. */
  get running(): readonly Shard[] {
    return this.all.filter(({ shard }) => !shard.isClosed).map(({ shard }) => shard);
  }

  isOpen(index: number): boolean {
    return this.all[index]?.shard.isClosed === false;
  }

  /** Where an actor lives; undefined if it does not. */
  find({ address }: AnyRef): { readonly shard: Shard; readonly slot: number } | undefined {
    const shard = this.all[address.shard]?.shard;
    if (shard === undefined || shard.isClosed) return undefined;
    const slot = shard.resolve(address.id);
    return slot === 0 ? undefined : { shard, slot };
  }

  actors<State>(definition?: { readonly name: string }): readonly ActorView<State>[] {
    const views: ActorView<State>[] = [];
    for (const { shard } of this.all) {
      if (shard.isClosed) continue;
      for (let slot = shard.table.slotAfter(0); slot !== 0; slot = shard.table.slotAfter(slot)) {
        const status = shard.table.get(slot, STATUS);
        if (slot === shard.rootSlot || (status & HAS_STATE) === 0) continue;
        const { name } = shard.roles.all[shard.table.get(slot, ROLE)]!.definition;
        if (definition !== undefined && name !== definition.name) continue;
        const { path } = shard.addressOf(slot);
        views.push({ ref: shard.refOf(slot), path, definition: name, state: shard.stateOf(slot) as State });
      }
    }
    return views;
  }

  stateOf<State>(ref: AnyRef): Readonly<State> | undefined {
    const found = this.find(ref);
    if (found === undefined || (found.shard.table.get(found.slot, STATUS) & HAS_STATE) === 0)
      return undefined;
    return found.shard.stateOf(found.slot) as State;
  }

  /** Actors that have mail and would take it if they could. */
  get withMail(): readonly ActorAddress[] {
    const addresses: ActorAddress[] = [];
    for (const shard of this.running)
      for (let slot = shard.table.slotAfter(0); slot !== 0; slot = shard.table.slotAfter(slot)) {
        const lifecycle = shard.table.get(slot, STATUS) & LIFECYCLE_MASK;
        if ((lifecycle === RUNNING || lifecycle === STARTING) && shard.table.get(slot, MAIL_HEAD) !== 0)
          addresses.push(shard.addressOf(slot));
      }
    return addresses;
  }

  /**
   * To be asked at rest and when no timer is set: what a call awaits that nothing in this system will settle, as no question is open, so something
   * of the world; undefined if there is no such call.
   */
  get strayCall(): { readonly shard: Shard; readonly path: string; readonly what: string } | undefined {
    const { running } = this;
    if (running.some(({ row }) => row.get('questionsOpen') > 0)) return undefined;
    for (const shard of running)
      for (const { calls } of shard.cells())
        for (const { path, envelope } of calls ?? [])
          return { shard, path, what: `what its handler of \`${envelope.message.type}\` awaits` };
    return undefined;
  }
}
