export type Lock = {
  acquire: { who: string };
  release: { who: string };
  /** The time of a lease is over. */
  expire: { lease: number };
};

/** How long a lease lasts, ms. */
export const LEASE_MS = 1000;

/** How a lease has ended. */
export interface EndedLease {
  readonly who: string;
  readonly heldMs: number;
}
