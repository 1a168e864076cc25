import type { LifeEvent } from '../simulation/trace.js';
import type { Story } from './story.js';

/** Whether there is an actor: not yet or not any more; there, but waiting for its supervisor; or taking its mail. */
export type Presence = 'absent' | 'down' | 'alive';

const AFTER: Readonly<Record<LifeEvent['what'], Presence>> = {
  spawned: 'alive',
  failed: 'down',
  restarted: 'alive',
  stopped: 'absent',
  suspended: 'down',
  resumed: 'alive',
};

/** Presence of each lifeline of a cast as a story begins: absent is who will be spawned in it. */
export function presencesAtFirst(story: Story): Presence[] {
  const presences = story.cast.lifelines.map((): Presence => 'alive');
  for (const event of story.events) {
    if (event.kind !== 'life' || event.what !== 'spawned') continue;
    presences[story.cast.indexOf(event.actor)] = 'absent';
  }
  return presences;
}

/** Presence after a step of a life. */
export function presenceAfter(life: LifeEvent): Presence {
  return AFTER[life.what];
}
