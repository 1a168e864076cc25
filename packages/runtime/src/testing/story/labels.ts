import type { LifeEvent, SentEvent } from '../simulation/trace.js';
import { tidy } from './cells.js';

/** Symbols of the steps in an actor's life, the same in text and on pages. */
export const LIFE_SIGNS: Readonly<Record<LifeEvent['what'], string>> = {
  spawned: '◆',
  failed: '✖',
  restarted: '↻',
  stopped: '■',
  suspended: '◫',
  resumed: '▷',
};

/** A message in a few words: `add {by: 2}`; a question `read? {}`, its answer `read → 2`, a refusal `read ↛ full`. */
export function labelOf({ form, type, content }: SentEvent): string {
  const heads = { tell: type, ask: `${type}?`, reply: `${type} →`, rejection: `${type} ↛` };
  return tidy(content === '' ? heads[form] : `${heads[form]} ${content}`);
}

/** A step of a life in words: `stopped`, or the error it failed with. */
export function describeLife({ what, detail }: LifeEvent): string {
  const words = tidy(detail);
  if (words === '') return what;
  return what === 'failed' ? words : `${what}: ${words}`;
}

/** Virtual time as text: `12 ms`, `0.25 ms`. */
export function describeTime(atMs: number): string {
  return `${Number(atMs.toFixed(3))} ms`;
}

/** `1 event`, `2 events`. */
export function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? '' : 's'}`;
}
