/** Messages from one sender to one receiver. */
export interface TrafficLink {
  /** Id of the actor that sent them; 0 for the world outside. */
  readonly from: number;
  /** Id of the actor whose handler was given them; see `ActorAddress.id`. */
  readonly to: number;
  /** The name of the receiver's definition. */
  readonly definition: string;
  /** Handed to a handler, count. */
  readonly messages: number;
  /** What they take up encoded, bytes; of one that cannot be encoded 0. */
  readonly bytes: number;
}

/** All messages that were handed to handlers in some time, by sender and receiver. Replies are not among them: no handler meets them. */
export interface Traffic {
  readonly links: readonly TrafficLink[];
  /** Messages that found no room here, count: there are too many links to tell apart. */
  readonly leftOut: number;
}

/** Counts until it is asked for what it has. */
export interface TrafficCount {
  /**
   * Waits until nothing moves, and ends the count. What a lost shard had counted is lost with it.
   *
   * @throws QuietTimeoutError
   */
  end(): Promise<Traffic>;
}

/** Nothing was counted. */
export const NO_TRAFFIC: Traffic = { links: [], leftOut: 0 };

/** All in one. */
export function joinTraffic(parts: readonly Traffic[]): Traffic {
  return {
    links: parts.flatMap(({ links }) => links),
    leftOut: parts.reduce((sum, { leftOut }) => sum + leftOut, 0),
  };
}
