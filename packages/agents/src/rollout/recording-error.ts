import { AgentsError } from '../errors.js';

/** What can be wrong with a recording, one code a rule. */
export type RecordingErrorCode =
  | 'AGENTS_RECORDING_FOREIGN'
  | 'AGENTS_RECORDING_VERSION'
  | 'AGENTS_RECORDING_TRUNCATED'
  | 'AGENTS_RECORDING_MALFORMED'
  | 'AGENTS_RECORDING_MISMATCH';

const REMEDIES: Readonly<Record<RecordingErrorCode, string>> = {
  AGENTS_RECORDING_FOREIGN: 'Pass what `rollout` gave to `record`, from the first byte on.',
  AGENTS_RECORDING_VERSION: 'Read it with the release that wrote it.',
  AGENTS_RECORDING_TRUNCATED: 'Record again, and await the rollout; all ticks before the end can be read.',
  AGENTS_RECORDING_MALFORMED: 'Record again; the bytes were changed.',
  AGENTS_RECORDING_MISMATCH: 'Replay with the swarm and the environment that were recorded, freshly spawned.',
};

/** A recording that cannot be read, or cannot be replayed with what it is to be replayed with. */
export class RecordingError extends AgentsError {
  readonly code: RecordingErrorCode;
  readonly remedy: string;

  constructor(code: RecordingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.remedy = REMEDIES[code];
  }
}
