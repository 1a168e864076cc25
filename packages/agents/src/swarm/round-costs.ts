import type { ActorSystem, Traffic } from '@skein/runtime';

/** What one actor had to do with messages. */
export interface ActorCosts {
  /** See `ActorAddress.id`. */
  readonly id: number;
  /** The name of its definition. */
  readonly definition: string;
  /** Hops from the world outside, count: 1 for the root cohort. */
  readonly level: number;
  /** Messages given to its handlers, count, and their size encoded, bytes. */
  readonly received: number;
  readonly receivedBytes: number;
  /** Messages of its own that others were given. */
  readonly sent: number;
  readonly sentBytes: number;
}

/** Messages in one direction. */
export interface WayCosts {
  /** Longest way of a message that causes the next, count. */
  readonly hops: number;
  readonly messages: number;
  /** Encoded, bytes. */
  readonly bytes: number;
}

/**
 * What operations of a swarm cost, counted by the kernel as it hands messages to handlers. The question of the swarm to the root is
 * one hop down; the root's answer, a reply, is not a message: one hop up less.
 */
export interface RoundCosts {
  /** Away from the world outside. */
  readonly down: WayCosts;
  /** Back to it. */
  readonly up: WayCosts;
  /** Between actors that are as far from it. */
  readonly across: WayCosts;
  /** What actors send themselves: timers, count. */
  readonly selfSent: number;
  /** The most that one actor was given, count. */
  readonly messagesPerActorMax: number;
  readonly bytesPerActorMax: number;
  /** By id. */
  readonly actors: readonly ActorCosts[];
}

/**
 * Counts what `run` makes actors say to each other, from one rest of the system to the next.
 *
 * @throws what `run` rejects with; InvalidOptionError while another count of the system's traffic has not ended
 * @example
 * const { result, costs } = await measureRound(system, () => flock.vote('path', { rule: 'majority' }));
 * costs.messagesPerActorMax; // at most fan-out + 1
 */
export async function measureRound<Result>(
  system: ActorSystem,
  run: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly costs: RoundCosts; readonly traffic: Traffic }> {
  await system.quiet();
  const count = system.countTraffic();
  await system.quiet();
  let traffic: Traffic | undefined;
  try {
    const result = await run();
    traffic = await count.end();
    return { result, costs: costsOf(traffic), traffic };
  } finally {
    if (traffic === undefined) await count.end();
  }
}

/** The world outside has level 0; each actor is one further away than the nearest who has sent it anything. */
export function costsOf({ links }: Traffic): RoundCosts {
  const levels = levelsOf(links);
  const levelOf = (id: number): number => levels.get(id) ?? Number.POSITIVE_INFINITY;
  const actors = new Map<number, { -readonly [Field in keyof ActorCosts]: ActorCosts[Field] }>();
  const down = { hops: 0, messages: 0, bytes: 0 };
  const up = { hops: 0, messages: 0, bytes: 0 };
  const across = { hops: 0, messages: 0, bytes: 0 };
  let selfSent = 0;
  for (const { to, definition } of links)
    if (!actors.has(to)) {
      const none = { received: 0, receivedBytes: 0, sent: 0, sentBytes: 0 };
      actors.set(to, { id: to, definition, level: levelOf(to), ...none });
    }
  for (const { from, to, messages, bytes } of links) {
    const receiver = actors.get(to)!;
    receiver.received += messages;
    receiver.receivedBytes += bytes;
    const sender = actors.get(from);
    if (sender !== undefined) {
      sender.sent += messages;
      sender.sentBytes += bytes;
    }
    if (from === to) {
      selfSent += messages;
      continue;
    }
    const [begin, end] = [levelOf(from), levelOf(to)];
    const way = begin < end ? down : begin > end ? up : across;
    way.messages += messages;
    way.bytes += bytes;
    way.hops = Math.max(way.hops, way === down ? end : way === up ? begin - 1 : 1);
  }
  const all = [...actors.values()].sort((a, b) => a.id - b.id);
  return {
    down,
    up,
    across,
    selfSent,
    messagesPerActorMax: all.reduce((max, { received }) => Math.max(max, received), 0),
    bytesPerActorMax: all.reduce((max, { receivedBytes }) => Math.max(max, receivedBytes), 0),
    actors: all,
  };
}

function levelsOf(links: Traffic['links']): Map<number, number> {
  const receivers = new Map<number, number[]>();
  for (const { from, to } of links) {
    const known = receivers.get(from);
    if (known === undefined) receivers.set(from, [to]);
    else known.push(to);
  }
  const levels = new Map([[0, 0]]);
  for (const [id, level] of levels)
    for (const to of receivers.get(id) ?? []) if (!levels.has(to)) levels.set(to, level + 1);
  return levels;
}
