import type { StoryLine } from '@skein/runtime/testing';
import type { Colors, InputStream, OutputStream } from '../host.js';

const ERASE_LINE = '\r\x1b[2K';
const INTERRUPT = '\x03';

/** How a person has come to the end: of the story, or before it. */
export type SteppedThrough = 'told' | 'quit' | 'interrupted';

/**
 * Tells a story step by step, as keys are pressed: Enter or the space bar for the next, `a` for all the rest, `q` to stop. Without
 * further input it tells the rest.
 */
export async function stepThrough(
  lines: readonly StoryLine[],
  stdin: InputStream,
  stdout: OutputStream,
  { dim }: Colors,
): Promise<SteppedThrough> {
  const steps = byStep(lines);
  stdin.setRawMode?.(true);
  const keys = keysOf(stdin);
  try {
    for (const [index, step] of steps.entries()) {
      stdout.write(step);
      if (index === steps.length - 1) break;
      stdout.write(dim(`  Enter: step ${index + 2} of ${steps.length}   a: all   q: quit`));
      const key = await nextKey(keys);
      stdout.write(ERASE_LINE);
      if (key === 'q') return 'quit';
      if (key === INTERRUPT) return 'interrupted';
      if (key !== 'a' && key !== undefined) continue;
      for (const each of steps.slice(index + 1)) stdout.write(each);
      break;
    }
    return 'told';
  } finally {
    stdin.setRawMode?.(false);
    await keys.return(undefined);
  }
}

/** What is told at once: the lines of one step, the first with all above it and the last with all below. */
function byStep(lines: readonly StoryLine[]): string[] {
  const steps: string[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const { step, text } of lines) {
    if (steps.length === 0 || (Number.isFinite(last) && Number.isFinite(step) && step !== last))
      steps.push('');
    steps[steps.length - 1] += `${text}\n`;
    last = step;
  }
  return steps;
}

async function* keysOf(stdin: InputStream): AsyncGenerator<string, undefined> {
  for await (const chunk of stdin) yield* String(chunk);
  return undefined;
}

/** Others than those that mean something are passed over. Undefined if there will be none. */
async function nextKey(keys: AsyncGenerator<string, undefined>): Promise<string | undefined> {
  for (;;) {
    const { value, done } = await keys.next();
    if (done === true) return undefined;
    if (['\r', '\n', ' ', 'a', 'q', INTERRUPT].includes(value)) return value;
  }
}
