import { type ActorRef, type ActorSystem, spawnTopics, subscribe, type Traffic } from '@skein/runtime';
import { measureRound, type RoundCosts } from '../../swarm/round-costs.js';
import {
  type MemberPart,
  type PublishedValues,
  type TopologyMember,
  topologyMember,
  VALUES_TOPIC,
} from './member.js';

/**
 * Ways for n members to learn the sum of all their values.
 *
 * - `peer-to-peer`: each tells each.
 * - `hierarchical`: a tree of members; sums go up, the total comes down.
 * - `publish-subscribe`: each publishes its value to all, through the brokers of topics.
 * - `orchestrated`: each tells one more actor, which tells all.
 * - `blackboard`: each writes to one more actor, and reads there what is known.
 */
export type Topology = 'peer-to-peer' | 'hierarchical' | 'publish-subscribe' | 'orchestrated' | 'blackboard';

/** What a topology costs by its formula. */
export interface TopologyFormula {
  /** Pairs of actors that say anything to each other, count. */
  readonly links: number;
  /** Messages between them, count. */
  readonly messages: number;
  /** The most that one of them is told, count. */
  readonly messagesPerActorMax: number;
}

/**
 * The formulas, for n members, of fan-out k where that matters: a member of a hierarchy has at most k below it.
 * Topics are counted on one shard: one broker.
 */
export function topologyFormula(topology: Topology, n: number, k = 2): TopologyFormula {
  const pairs = (n * (n - 1)) / 2;
  switch (topology) {
    case 'peer-to-peer':
      return { links: pairs, messages: 2 * pairs, messagesPerActorMax: n - 1 };
    case 'hierarchical':
      return { links: n - 1, messages: 2 * (n - 1), messagesPerActorMax: mostInTree(n, k) };
    case 'publish-subscribe':
      return { links: n, messages: n + n * n, messagesPerActorMax: n };
    case 'orchestrated':
      return { links: n, messages: 2 * n, messagesPerActorMax: n };
    case 'blackboard':
      return { links: n, messages: 3 * n, messagesPerActorMax: 2 * n };
  }
}

/** The root hears of its children; any other with children of its parent too; a leaf of its parent. */
function mostInTree(n: number, k: number): number {
  const ofRoot = Math.min(k, n - 1);
  const ofFirstChild = n > 1 ? 1 + Math.max(0, Math.min(k, n - 1 - k)) : 0;
  return Math.max(ofRoot, ofFirstChild);
}

/** What was counted, and what everybody knows now. */
export interface TopologyRun extends TopologyFormula {
  /** For each member the total that it knows; undefined for one that knows none. */
  readonly totals: readonly (number | undefined)[];
  readonly bytes: number;
}

/** How a topology is tried. */
export interface TopologyOptions {
  /** One for each member, at least one. */
  readonly values: readonly number[];
  /** Of a hierarchy, at least 1; default 2. */
  readonly fanOut?: number;
  /** Longest wait for an answer, ms; default 5 000. */
  readonly deadlineMs?: number;
}

/**
 * Lets members tell each other their values, and counts what they say: what {@link topologyFormula} foretells. The system's
 * `modules` must list `TOPOLOGIES_MODULE`, and for `publish-subscribe` also `TOPICS_MODULE`.
 *
 * @example
 * const { messages } = await runTopology(system, 'peer-to-peer', { values: [1, 2, 3, 4] });
 * messages === topologyFormula('peer-to-peer', 4).messages; // 12, over 6 links
 */
export async function runTopology(
  system: ActorSystem,
  topology: Topology,
  { values, fanOut = 2, deadlineMs = 5000 }: TopologyOptions,
): Promise<TopologyRun> {
  const members = values.map(() => system.spawn(topologyMember));
  const needsHub = topology === 'orchestrated' || topology === 'blackboard';
  const hub = needsHub ? system.spawn(topologyMember) : undefined;
  const topics = topology === 'publish-subscribe' ? await spawnTopics<PublishedValues>(system) : undefined;
  if (topics !== undefined)
    await Promise.all(members.map((member) => subscribe(system, topics, VALUES_TOPIC, member)));
  const others = (at: number): ActorRef<TopologyMember>[] => members.filter((_, other) => other !== at);
  const n = members.length;

  const partOf = (at: number): MemberPart => {
    const none = { value: values[at]!, expects: 0, isEager: false, isTop: false, up: [], down: [] };
    if (topology === 'peer-to-peer')
      return { ...none, expects: n - 1, isEager: true, isTop: true, up: others(at) };
    if (topics !== undefined) return { ...none, expects: n, isTop: true, topics };
    if (hub !== undefined) return { ...none, up: [hub], ...(topology === 'blackboard' && { board: hub }) };
    const down = members.slice(at * fanOut + 1, (at + 1) * fanOut + 1);
    const up = at === 0 ? [] : [members[Math.floor((at - 1) / fanOut)]!];
    return { ...none, expects: down.length, isTop: at === 0, up, down };
  };

  const { costs, traffic } = await measureRound(system, async () => {
    const down = topology === 'orchestrated' ? members : [];
    hub?.send({ type: 'begin', value: 0, expects: n, isEager: false, isTop: true, up: [], down });
    for (const [at, member] of members.entries()) member.send({ type: 'begin', ...partOf(at) });
  });
  const totals = await Promise.all(members.map((member) => member.ask({ type: 'known' }, { deadlineMs })));
  await Promise.all([...members, ...(hub ? [hub] : [])].map((one) => system.stopActor(one)));
  if (topics !== undefined) await system.stopActor(system.ref(topics.coordinator));
  return { totals, ...amongActors(traffic, costs) };
}

/** What actors said to each other; that the world outside told each to begin is left out. */
function amongActors(
  { links }: Traffic,
  { actors }: RoundCosts,
): TopologyFormula & { readonly bytes: number } {
  const among = links.filter(({ from, to }) => from !== 0 && from !== to);
  const pairs = new Set(among.map(({ from, to }) => `${Math.min(from, to)} ${Math.max(from, to)}`));
  const sum = (of: (link: (typeof among)[number]) => number): number =>
    among.reduce((total, link) => total + of(link), 0);
  const told = new Map(actors.map(({ id }) => [id, 0]));
  for (const { to, messages } of among) told.set(to, told.get(to)! + messages);
  return {
    links: pairs.size,
    messages: sum(({ messages }) => messages),
    bytes: sum(({ bytes }) => bytes),
    messagesPerActorMax: Math.max(0, ...told.values()),
  };
}
