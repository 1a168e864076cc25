import type { OpenQuestion } from '../system/open-question.js';

/** What keeps a shard going: on a thread its event loop, see `pump.ts`; in a simulation whoever chooses what happens next. */
export interface ShardPump {
  /** It will go on by itself: nobody needs to wake it. */
  readonly scheduled: boolean;
  /** Something may have to be done. */
  wake(): void;
  /** Promises `question`, about to be posted, its reply, and sees that the shard goes on. */
  promiseReply(question: OpenQuestion): Promise<unknown>;
  /** The question that brings the next slice of work, or has brought this one. */
  readonly bringer: OpenQuestion | undefined;
  /** Nothing is done any more. */
  close(): void;
}
