// An expected failure of a command: one sentence, and what to do about it.

export class Trouble extends Error {
  name = 'Trouble';

  /**
   * @param sentence  what is wrong, whole, ending in a full stop
   * @param remedy    what to do, in the imperative
   * @param details   output of the program that failed, printed above the sentence; may be empty
   */
  constructor(sentence, remedy, details = '') {
    super(sentence);
    this.remedy = remedy;
    this.details = details;
  }
}

/** Prints a Trouble to stderr; anything else is a mistake in these scripts and is thrown on. */
export function tell(error) {
  if (!(error instanceof Trouble)) throw error;
  if (error.details) console.error(`\n${error.details.trimEnd()}`);
  console.error(`\n${error.message}`);
  console.error(`Remedy: ${error.remedy}\n`);
}
