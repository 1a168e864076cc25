import {
  type ActorDefinition,
  type ActorRef,
  type Ask,
  defineActor,
  publish,
  type Topics,
} from '@skein/runtime';

/** The URL of the module that exports the members of topologies, for the `modules` of a system. */
export const TOPOLOGIES_MODULE: string = import.meta.url;

/** Who tells whom: one member's part of a topology. Members that are the same but for this make up all of them. */
export interface MemberPart {
  /** Its own number; 0 for one that only helps. */
  readonly value: number;
  /** Values that it waits for, count. */
  readonly expects: number;
  /** Tells its own value at once; otherwise, when it has all that it expects, their sum and its own. */
  readonly isEager: boolean;
  /** What it has when it has all is the total. */
  readonly isTop: boolean;
  /** Is told its value, or sum. */
  readonly up: readonly ActorRef<TopologyMember>[];
  /** Is told the total. */
  readonly down: readonly ActorRef<TopologyMember>[];
  /** Where it reads the total, which nobody tells it. */
  readonly board?: ActorRef<TopologyMember>;
  /** Where it publishes its value, to hear it again with those of all others. */
  readonly topics?: Topics<PublishedValues>;
}

/** What members publish. */
export type PublishedValues = { value: { readonly value: number } };
/** The topic under which they do. */
export const VALUES_TOPIC = 'values';

/** What a member of a topology understands. */
export type TopologyMember = {
  begin: MemberPart;
  /** A value, or the sum of several members'. */
  value: { readonly value: number };
  total: { readonly total: number };
  /** Wants to be told the total, when there is one. */
  read: Record<never, never>;
  /** What it knows to be the total. */
  known: Ask<Record<never, never>, number | undefined>;
};

interface MemberState {
  part: MemberPart | undefined;
  /** Of values that came, perhaps before its part. */
  sum: number;
  heard: number;
  total: number | undefined;
  readonly readers: ActorRef<TopologyMember>[];
}

/** Helps all members of a topology to learn the sum of their values, over the links that it is given. */
export const topologyMember: ActorDefinition<TopologyMember> = defineActor<TopologyMember>()({
  name: 'skein.topology-member',
  initial: (): MemberState => ({ part: undefined, sum: 0, heard: 0, total: undefined, readers: [] }),
  receive: {
    begin: (state, part, context) => {
      state.part = part;
      if (part.isEager) for (const other of part.up) other.send({ type: 'value', value: part.value });
      if (part.topics !== undefined)
        publish(context, part.topics, VALUES_TOPIC, { type: 'value', value: part.value });
      part.board?.send({ type: 'read' });
      proceed(state);
    },
    value: (state, { value }) => {
      state.sum += value;
      state.heard++;
      proceed(state);
    },
    total: (state, { total }) => learn(state, total),
    read: (state, _, context) => {
      const reader = context.sender as ActorRef<TopologyMember> | undefined;
      if (reader === undefined) return;
      if (state.total === undefined) state.readers.push(reader);
      else reader.send({ type: 'total', total: state.total });
    },
    known: (state, _, context) => context.reply(state.total),
  },
});

/** Goes on if it has heard all that it waits for. */
function proceed(state: MemberState): void {
  const { part, heard, sum } = state;
  if (part === undefined || heard !== part.expects) return;
  const all = sum + (part.topics === undefined ? part.value : 0); // what is published comes back
  if (part.isTop) learn(state, all);
  else if (!part.isEager) for (const other of part.up) other.send({ type: 'value', value: all });
}

function learn(state: MemberState, total: number): void {
  state.total = total;
  for (const other of [...state.part!.down, ...state.readers]) other.send({ type: 'total', total });
  state.readers.length = 0;
}
