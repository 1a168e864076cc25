/*
 * What the kernel keeps of each actor, in 16 int32 side by side: as much as a cache line, so that a message to any of a
 * million actors costs one miss and not one a column. Where in a line a record begins is up to the allocator, but for multiples of
 * 16 bytes: so what a message needs comes first.
 *
 *   0        4        8        12       16       20       24       28
 *   | gener. | status | role   | head   | tail   | waiting| ready  | incarn.  |
 *   32       36       40       44       48       52       56       60
 *   | parent | first  | last   | next   | previous| ordinal| spawned| draws   |
 *
 * State, arguments, name and what only few actors need (`ActorCell`) are in columns of pointers beside.
 */

/** int32 an actor, count. */
export const RECORD_SHIFT = 4;

/** How often the slot has been given to an actor before. */
export const GENERATION = 0;
/** Lifecycle state and flags: see below. */
export const STATUS = 1;
/** Index of the actor's role: its definition, compiled. */
export const ROLE = 2;
/** Its mailbox: first and last node in the mail pool, and how many envelopes are among them, and at hand: see `QuestionAtHand`. */
export const MAIL_HEAD = 3;
/** Holds while there is mail: nobody clears it. */
export const MAIL_TAIL = 4;
export const MAIL_COUNT = 5;
/** The next in the ready queue; of a free slot the next free one. */
export const NEXT_READY = 6;
/** 1 for the first life, one more after each restart. */
export const INCARNATION = 7;
/** Slot of its supervisor, 0 if that lives on another shard. */
export const PARENT = 8;
/** Its local children, a doubly linked list in the order of their starts. 0 ends it. */
export const FIRST_CHILD = 9;
export const LAST_CHILD = 10;
export const NEXT_SIBLING = 11;
export const PREVIOUS_SIBLING = 12;
/** The how-manieth child of its supervisor's present life it is: its place among its siblings, and its default name. */
export const ORDINAL = 13;
/** Children spawned in this life. */
export const SPAWNED = 14;
/** Random numbers drawn. */
export const DRAWS = 15;

/** In STATUS: the lifecycle state. */
export const LIFECYCLE_MASK = 0b111;
/** In STATUS: in a ready queue, or in its turn. */
export const QUEUED: number = 1 << 3;
/** In STATUS: an open call keeps the mail waiting, or a draining stop waits for open calls. */
export const BLOCKED: number = 1 << 4;
/** In STATUS: from the moment `initial` returned until `stopped` was called. */
export const HAS_STATE: number = 1 << 5;
/** In STATUS: it was ordered by another shard, its address is in its cell. */
export const ORDERED_HERE: number = 1 << 6;
/** In STATUS: idle since the last sweep; without HAS_STATE its state is in a store. Ends with its next turn. */
export const DOZING: number = 1 << 7;
/** In STATUS: senders wait for room in its mailbox. */
export const HAS_PARKED: number = 1 << 8;
/** In STATUS: iterables are being pulled into its mailbox. */
export const HAS_SOURCES: number = 1 << 9;
/** In STATUS: in its own turn, with no mail left, it has asked for its stop: what a stop mark as its only mail would say. */
export const LEAVING: number = 1 << 10;
/** In STATUS: rows that it has scattered are in no mailbox yet: see `ScatteredRows`. */
export const ROWS_HELD: number = 1 << 11;
/** In STATUS: the behaviour in force, an index into those of the role. */
export const BEHAVIOR_SHIFT = 16;
export const BEHAVIOR_MASK: number = 0xff << BEHAVIOR_SHIFT;
