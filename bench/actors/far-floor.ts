import type { ParcelMessage } from './far-definitions.js';
import type { LatencyOutcome, RateOutcome } from './outcome.js';

/** A way between this thread and one other, without actors: what messages between threads cost at least. */
export interface FarFloor {
  /** Sends a parcel many times; ends when the other side says that it has read as many. */
  oneway(n: number, parcel: ParcelMessage): Promise<RateOutcome>;
  /** Sends a parcel, which comes back read and written anew, and again, one after the other. */
  roundTrips(n: number, parcel: ParcelMessage): Promise<LatencyOutcome>;
  close(): Promise<void>;
}
