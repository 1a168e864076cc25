import { spawnSwarm } from '@skein/agents';
import { createSystem } from '@skein/runtime';
import { ii } from './zz-agents.js';
import { benchModel } from './inference/models.js';
import { compileModel, createPopulation } from '@skein/inference';
const [n = 7500, threads = 0, rounds = 200] = process.argv.slice(2).map(Number);
const world = benchModel('ii');
const system = await createSystem({ modules: [new URL('./zz-agents.js', import.meta.url)], threads, strict: false });
const swarm = await spawnSwarm(system, ii, { count: n });
let outcomes = [new Int32Array(n).map((_, i) => i % 25)];
const times: number[] = [];
import { Session } from 'node:inspector';
const session = process.env.HP ? new Session() : undefined;
session?.connect();
for (let r = 0; r < rounds; r++) {
  if (session && r === 60) session.post('HeapProfiler.startSampling', { samplingInterval: 1024, includeObjectsCollectedByMajorGC: true } as never);
  const t = process.hrtime.bigint();
  const { actions, missing } = await swarm.stepColumns(outcomes);
  times.push(Number(process.hrtime.bigint() - t) / 1e6);
  if (missing.length) { console.log('missing', missing.length); break; }
  // stay: see the same again mostly
  void actions;
}
if (session) session.post('HeapProfiler.getSamplingProfile', (_e: unknown, res: any) => {
  const sites = new Map<string, number>();
  const walk = (n: any): void => { const k = n.callFrame.functionName + ' ' + n.callFrame.url.split('/').slice(-2).join('/') + ':' + n.callFrame.lineNumber; sites.set(k, (sites.get(k) ?? 0) + n.selfSize); n.children.forEach(walk); };
  walk(res.profile.head);
  for (const [k, v] of [...sites].sort((a, b) => b[1] - a[1]).slice(0, 22)) console.log((v / 1024).toFixed(0) + 'K', k);
});
const late = times.slice(rounds >> 2).sort((a, b) => a - b);
const q = (p: number) => late[Math.min(late.length - 1, Math.floor(late.length * p))]!;
console.log({ n, threads, p10: q(0.1).toFixed(2), p50: q(0.5).toFixed(2), p90: q(0.9).toFixed(2), p95: q(0.95).toFixed(2), p97: q(0.97).toFixed(2), p99: q(0.99).toFixed(2), nsPerAgent: ((q(0.5) * 1e6) / n).toFixed(0), ns10: ((q(0.1) * 1e6) / n).toFixed(0) });
await system.stop();
if (threads === 0 && !process.env.NOK) {
  const compiled = compileModel(world.model, {});
  const population = createPopulation(compiled, { capacity: 4096 });
  const agents = population.addMany(4096);
  const o = [new Int32Array(4096).map((_, i) => i % 25)];
  const ts: number[] = [];
  for (let r = 0; r < 200; r++) { const t = process.hrtime.bigint(); population.step({ agents, outcomes: o }); ts.push(Number(process.hrtime.bigint() - t)); }
  const l = ts.slice(50).sort((a, b) => a - b);
  console.log('kernel ns/agent p10', (l[15]! / 4096).toFixed(0), 'p50', (l[75]! / 4096).toFixed(0));
}
