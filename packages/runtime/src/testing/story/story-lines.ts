/** Step of what stands above the first event of a story. */
export const BEFORE: number = Number.NEGATIVE_INFINITY;
/** Step of what stands below the last. */
export const AFTER: number = Number.POSITIVE_INFINITY;

/** One line of a story as told in text. */
export interface StoryLine {
  /** Number of the step that it tells of; -Infinity above the first event, Infinity below the last. */
  readonly step: number;
  readonly text: string;
}

/** A line that tells of a step. */
export function lineAt(step: number, text: string): StoryLine {
  return { step, text };
}
