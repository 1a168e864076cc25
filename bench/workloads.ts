import { EventEmitter, once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { spawnSwarm } from '@skein/agents';
import { type ActorSystem, createSystem } from '@skein/runtime';
import { counter, forager } from './actors.js';
import { timed, type Workload } from './measure.js';
import { cellSeen, stepModelII } from './model-step.js';

const MESSAGES = 200_000;
const QUESTIONS = 5_000;
const AGENTS = 500;
const STEPS = 5;

/** An array and a loop: no scheduler, no errors, no accounting. The floor under any queue. */
class PlainMailbox {
  count = 0;
  readonly #queue: { readonly type: string; readonly by: number }[] = [];

  send(message: { readonly type: string; readonly by: number }): void {
    this.#queue.push(message);
  }

  drain(): void {
    for (const { by } of this.#queue) this.count += by;
    this.#queue.length = 0;
  }
}

/** All workloads, and how to end what they share. */
export async function createWorkloads(): Promise<{ workloads: Workload[]; close(): Promise<void> }> {
  const modules = [new URL('./actors.js', import.meta.url)];
  const options = { modules, strict: false, handleProcessSignals: false, seed: 1 };
  const local = await createSystem(options);
  const threaded = await createSystem({ ...options, threads: 2 });
  const echo = new Worker(ECHO, { eval: true });
  const workloads: Workload[] = [
    { name: 'emitter: emit', unit: 'messages/s', run: () => timed(MESSAGES, emit) },
    { name: 'plain mailbox: send', unit: 'messages/s', run: () => timed(MESSAGES, sendPlain) },
    {
      name: 'skein: send, one thread',
      unit: 'messages/s',
      baseline: 'plain mailbox: send',
      run: () => timed(MESSAGES, () => sendTo(local, MESSAGES)),
    },
    { name: 'message port: post', unit: 'messages/s', run: () => timed(MESSAGES / 4, () => postTo(echo)) },
    {
      name: 'skein: send to a thread',
      unit: 'messages/s',
      baseline: 'message port: post',
      run: () => timed(MESSAGES / 4, () => sendTo(threaded, MESSAGES / 4)),
    },
    {
      name: 'message port: round trip',
      unit: 'round trips/s',
      run: () => timed(QUESTIONS, () => roundTrips(echo)),
    },
    {
      name: 'skein: ask, one thread',
      unit: 'questions/s',
      baseline: 'message port: round trip',
      run: () => timed(QUESTIONS, () => askAll(local)),
    },
    {
      name: 'skein: ask a thread',
      unit: 'questions/s',
      baseline: 'message port: round trip',
      run: () => timed(QUESTIONS, () => askAll(threaded)),
    },
    {
      name: 'model ii: scalar step',
      unit: 'agent steps/s',
      run: () => timed(AGENTS * STEPS, () => stepModelII(AGENTS, STEPS)),
    },
    {
      name: 'skein: swarm step, one thread',
      unit: 'agent steps/s',
      baseline: 'model ii: scalar step',
      run: () => stepSwarm(local),
    },
    {
      name: 'skein: swarm step, two threads',
      unit: 'agent steps/s',
      baseline: 'model ii: scalar step',
      run: () => stepSwarm(threaded),
    },
  ];
  const close = async (): Promise<void> => {
    await local.stop();
    await threaded.stop();
    await echo.terminate();
  };
  return { workloads, close };
}

/** Answers every message with the count of messages so far, when asked. */
const ECHO = `
  const { parentPort } = require('node:worker_threads');
  let count = 0;
  parentPort.on('message', (message) => {
    if (message.type === 'add') count += message.by;
    else parentPort.postMessage(count);
  });
`;

function emit(): void {
  const emitter = new EventEmitter();
  let count = 0;
  emitter.on('add', ({ by }: { by: number }) => {
    count += by;
  });
  for (let i = 0; i < MESSAGES; i++) emitter.emit('add', { type: 'add', by: 1 });
  if (count !== MESSAGES) throw new Error('lost messages');
}

function sendPlain(): void {
  const mailbox = new PlainMailbox();
  for (let i = 0; i < MESSAGES; i++) {
    mailbox.send({ type: 'add', by: 1 });
    if (i % 64 === 63) mailbox.drain();
  }
  mailbox.drain();
  if (mailbox.count !== MESSAGES) throw new Error('lost messages');
}

async function sendTo(system: ActorSystem, messages: number): Promise<void> {
  const ref = system.spawn(counter);
  for (let i = 0; i < messages; i++) ref.send({ type: 'add', by: 1 });
  const count = await ref.ask({ type: 'read' }, { deadlineMs: 60_000 });
  if (count !== messages) throw new Error(`lost messages: ${count} of ${messages}`);
  await system.stopActor(ref);
}

async function askAll(system: ActorSystem): Promise<void> {
  const ref = system.spawn(counter);
  for (let i = 0; i < QUESTIONS; i++) await ref.ask({ type: 'read' }, { deadlineMs: 60_000 });
  await system.stopActor(ref);
}

async function postTo(worker: Worker): Promise<void> {
  for (let i = 0; i < MESSAGES / 4; i++) worker.postMessage({ type: 'add', by: 1 });
  worker.postMessage({ type: 'read' });
  await once(worker, 'message');
}

async function roundTrips(worker: Worker): Promise<void> {
  for (let i = 0; i < QUESTIONS; i++) {
    worker.postMessage({ type: 'read' });
    await once(worker, 'message');
  }
}

async function stepSwarm(system: ActorSystem) {
  const swarm = await spawnSwarm(system, forager, { count: AGENTS });
  const run = await timed(AGENTS * STEPS, async () => {
    for (let step = 0; step < STEPS; step++)
      await swarm.step(Array.from({ length: AGENTS }, (_, agent) => [cellSeen(agent, step)]));
  });
  await swarm.stop();
  return run;
}
