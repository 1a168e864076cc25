import type { LifeEvent, Party, SentEvent, Trace, TraceEvent } from '../simulation/trace.js';

/** An actor for a story written by hand. */
export function actor(path: string, shard = 0, id = 1): Party {
  return { path, shard, id };
}

/** The world outside of all actors. */
export const test: Party = { path: '', shard: 0, id: 0 };

/** A story written by hand: each call tells its next event, `step` and `wait` go on to the next moment. */
export interface StoryTeller {
  step(steps?: number, ms?: number): StoryTeller;
  wait(ms: number): StoryTeller;
  send(form: SentEvent['form'], from: Party, to: Party, type: string, content?: string): number;
  handle(message: number): void;
  /** A step in which a message is handled that was sent just before it. */
  tell(from: Party, to: Party, type: string, content?: string): void;
  ask(from: Party, to: Party, type: string, content?: string): void;
  reply(from: Party, to: Party, type: string, content?: string): void;
  die(message: number, reason: string): void;
  live(what: LifeEvent['what'], who: Party, detail?: string): void;
  world(kind: 'fault' | 'command' | 'time' | 'note', text: string, ...actors: Party[]): void;
  violate(law: string, text: string, ...actors: Party[]): void;
  end(): Trace;
}

/** Begins a story. */
export function tellStory(name: string): StoryTeller {
  const events: TraceEvent[] = [];
  let messages = 0;
  let now = { step: 0, atMs: 0 };
  const through = (form: SentEvent['form']) => (from: Party, to: Party, type: string, content?: string) => {
    const message = teller.send(form, from, to, type, content);
    teller.step().handle(message);
  };
  const teller: StoryTeller = {
    step(steps = 1, ms = 0) {
      now = { step: now.step + steps, atMs: now.atMs + ms };
      return teller;
    },
    wait(ms) {
      now = { step: now.step + 1, atMs: now.atMs + ms };
      teller.world('time', `${ms} ms`);
      return teller;
    },
    send(form, from, to, type, content = '') {
      events.push({ ...now, kind: 'sent', message: messages, form, from, to, type, content });
      return messages++;
    },
    handle: (message) => void events.push({ ...now, kind: 'handled', message }),
    tell: through('tell'),
    ask: through('ask'),
    reply: through('reply'),
    die: (message, reason) => void events.push({ ...now, kind: 'dead', message, reason }),
    live: (what, actor, detail = '') => void events.push({ ...now, kind: 'life', actor, what, detail }),
    world: (kind, text, ...actors) => void events.push({ ...now, kind, text, actors }),
    violate: (law, text, ...actors) => void events.push({ ...now, kind: 'violation', law, text, actors }),
    end: () => ({ name, events }),
  };
  return teller;
}

/** Two tellers read the same balance, and each writes what it made of it. */
export function lostUpdate(): Trace {
  const account = actor('/account');
  const [ann, bob] = [actor('/teller-1'), actor('/teller-2')];
  const story = tellStory('an account loses no deposit');
  for (const each of [account, ann, bob]) story.live('spawned', each);
  story.step().world('command', 'deposit(30)');
  story.tell(test, ann, 'deposit', '{amount: 30}');
  const first = story.send('ask', ann, account, 'read');
  story.step().world('command', 'deposit(12)');
  story.tell(test, bob, 'deposit', '{amount: 12}');
  const second = story.send('ask', bob, account, 'read');
  story.step().handle(first);
  story.reply(account, ann, 'read', '100');
  const write = story.send('tell', ann, account, 'write', '{balance: 130}');
  story.step().handle(second);
  story.reply(account, bob, 'read', '100');
  story.step().handle(write);
  story.tell(bob, account, 'write', '{balance: 112}');
  story.violate('invariant', 'deposits of 42 were confirmed, but /account went from 100 to 112');
  return story.end();
}

/** A cut in the network, a crash, and two leaders of one term. */
export function doubleElection(): Trace {
  const [one, two, three] = [actor('/voter-1', 0), actor('/voter-2', 1), actor('/voter-3', 2)] as const;
  const story = tellStory('at most one leader a term');
  for (const each of [one, two, three]) story.live('spawned', each);
  story.step().world('command', 'propose(1)');
  story.tell(test, one, 'propose');
  const toTwo = story.send('tell', one, two, 'requestVote', '{term: 1}');
  const toThree = story.send('tell', one, three, 'requestVote', '{term: 1}');
  story.step().handle(toTwo);
  const yes = story.send('tell', two, one, 'vote', '{term: 1}');
  story.step().world('fault', 'partition of shard 2', three);
  story.step().handle(yes);
  story.world('note', '/voter-1 leads term 1');
  story.step().world('fault', 'crash of /voter-2', two);
  story.live('failed', two, 'SimulatedCrash: between two messages');
  story.step().live('restarted', two);
  story.wait(150);
  story.tell(three, three, 'electionTimeout');
  const again = story.send('tell', three, two, 'requestVote', '{term: 1}');
  const lost = story.send('tell', three, one, 'requestVote', '{term: 1}');
  story.step().die(lost, 'partitioned');
  story.step().world('fault', 'heal of shard 2', three);
  story.step().handle(again);
  story.tell(two, three, 'vote', '{term: 1}');
  story.world('note', '/voter-3 leads term 1');
  story.violate('invariant', 'two leaders in term 1: /voter-1 and /voter-3', one, three);
  void toThree;
  return story.end();
}

/** A worker is stopped while a job is on its way to it. */
export function deadLetter(): Trace {
  const [pool, worker] = [actor('/pool'), actor('/pool/worker')];
  const story = tellStory('every job is done');
  story.live('spawned', pool);
  story.live('spawned', worker);
  story.step().tell(test, pool, 'submit', '{job: 7}');
  const job = story.send('tell', pool, worker, 'work', '{job: 7}');
  story.step().tell(test, pool, 'shrink', '{to: 0}');
  story.step().live('stopped', worker);
  story.step().die(job, 'actor-stopped');
  story.wait(1000);
  story.violate('eventually', 'job 7 was submitted and is not done after 1000 ms', pool);
  return story.end();
}
