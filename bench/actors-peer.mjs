/**
 * Skein as one more peer of a runner of actor benchmarks, which measures one workload in a fresh process: one shard
 * on the calling thread for the local workloads, one worker thread beside it for those between threads (`xt_`).
 * Options are the defaults but `strict`; `restart` allows as many restarts as it makes. Build first: `npx tsc -b`.
 */
import { createSystem, oneForOne } from '@skein/runtime';
import { modules } from './dist/actors/definitions.js';
import { farModules } from './dist/actors/far-definitions.js';
import { xtOneway, xtPingpong } from './dist/actors/far-workloads.js';
import { skeinActors } from './dist/actors/workloads.js';

/** @param {string} workload */
function optionsOf(workload) {
  const options = { modules: [...modules, ...farModules], strict: false };
  if (workload.startsWith('xt_')) return { ...options, threads: 1 };
  if (workload === 'restart')
    return { ...options, supervision: oneForOne({ maxRestarts: Number.POSITIVE_INFINITY }) };
  return options;
}

function createPeer() {
  /** @type {import('@skein/runtime').ActorSystem} */
  let system;
  /** @param {string} work */
  const rate = (work) => (n) => skeinActors(system).rates[work](n);
  return {
    label: 'skein',
    sizes: {
      counting: 1e6,
      pingpong: 2e6,
      fjcreate: 1e6,
      idle: 1e6,
      skynet: 1e6,
      fanin: 1e6,
      ask: 1e5,
      restart: 1e5,
      xt_pingpong: 1e5,
      xt_oneway: 1e6,
    },
    async setup(workload) {
      system = await createSystem(optionsOf(workload));
    },
    teardown: () => system.stop({ now: true }),
    workloads: {
      counting: rate('counting'),
      pingpong: rate('pingpong'),
      fjcreate: rate('fjcreate'),
      idle: (n) => skeinActors(system).idle(n),
      skynet: rate('skynet'),
      fanin: rate('fanin'),
      ask: (n) => skeinActors(system).ask(n),
      restart: rate('restart'),
      xt_pingpong: (n) => xtPingpong(system, n),
      xt_oneway: (n) => xtOneway(system, n),
    },
  };
}

export default createPeer();
