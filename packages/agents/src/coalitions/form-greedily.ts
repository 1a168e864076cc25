import { type CoalitionEnergy, coalitionEnergy } from './coalition-energy.js';
import { byIndex, type Candidate, type CoalitionGame, type Formation, type FormedCoalition } from './game.js';

/**
 * Forms coalitions one after the other: of the tasks still open the one whose coalition promises the least expected free energy, until none
 * promises less than nothing. A coalition is gathered agent by agent: first who adds most to what the task lacks, then
 * whoever is not needed goes, then whoever lowers G comes.
 *
 * Takes O(c · t · m · n) evaluations for c coalitions of m members, t tasks and n candidates. The order of the candidates does not matter: of
 * equals those with the least index are taken.
 */
export function formGreedily(game: CoalitionGame, candidates: readonly Candidate[]): Formation {
  return formMore(game, coalitionEnergy(game), { coalitions: [], free: candidates });
}

/** The same among those who are free, beside coalitions that are there already. */
export function formMore(
  game: CoalitionGame,
  energy: CoalitionEnergy,
  { coalitions, free: candidates }: Formation,
): Formation {
  const all = [...coalitions];
  let free = [...candidates].sort(byIndex);
  const open = game.tasks.map(({ atMost }, task) => atMost - all.filter((one) => one.task === task).length);
  for (;;) {
    let best: FormedCoalition | undefined;
    for (let task = 0; task < open.length; task++) {
      if (open[task]! <= 0) continue;
      const one = gather(game, energy, task, free);
      if (one !== undefined && one.expectedFreeEnergy < (best?.expectedFreeEnergy ?? 0)) best = one;
    }
    if (best === undefined) return { coalitions: all, free };
    const taken = new Set(best.members);
    all.push(best);
    open[best.task]!--;
    free = free.filter((candidate) => !taken.has(candidate));
  }
}

function gather(
  { tasks }: CoalitionGame,
  energy: CoalitionEnergy,
  task: number,
  free: readonly Candidate[],
): FormedCoalition | undefined {
  let members: readonly Candidate[] = [];
  for (let lacking = energy.deficit(task, members); members.length === 0 || lacking > 0; ) {
    const next = mostUseful(energy, task, members, free);
    if (next === undefined) return undefined;
    const left = energy.deficit(task, next);
    if (members.length > 0 && left >= lacking) return undefined;
    members = next;
    lacking = left;
  }
  for (const member of members) {
    const others = members.filter((other) => other !== member);
    if (others.length === 0 || energy.deficit(task, others) > 0) continue;
    if (energy.energy(task, others) <= energy.energy(task, members)) members = others;
  }
  if (tasks[task]!.plan !== undefined) members = grown(energy, task, members, free);
  return { task, members, expectedFreeEnergy: energy.energy(task, members) };
}

/** With the one more who leaves the least lacking; of equals who makes for the least G; of equals the first. */
function mostUseful(
  energy: CoalitionEnergy,
  task: number,
  members: readonly Candidate[],
  free: readonly Candidate[],
): readonly Candidate[] | undefined {
  let best: readonly Candidate[] | undefined;
  let least = Number.POSITIVE_INFINITY;
  let bestG: number | undefined;
  for (const candidate of free) {
    if (members.includes(candidate)) continue;
    const group = withMember(members, candidate);
    const left = energy.deficit(task, group);
    if (left > least) continue;
    if (left === least) {
      bestG ??= energy.energy(task, best!);
      const G = energy.energy(task, group);
      if (G >= bestG) continue;
      bestG = G;
    } else bestG = undefined;
    best = group;
    least = left;
  }
  return best;
}

/** With whoever lowers G, he first who lowers it most. */
function grown(
  energy: CoalitionEnergy,
  task: number,
  members: readonly Candidate[],
  free: readonly Candidate[],
): readonly Candidate[] {
  let group = members;
  let least = energy.energy(task, group);
  for (;;) {
    let best: readonly Candidate[] | undefined;
    for (const candidate of free) {
      if (group.includes(candidate)) continue;
      const larger = withMember(group, candidate);
      const G = energy.energy(task, larger);
      if (G >= least) continue;
      best = larger;
      least = G;
    }
    if (best === undefined) return group;
    group = best;
  }
}

function withMember(members: readonly Candidate[], candidate: Candidate): readonly Candidate[] {
  return [...members, candidate].sort(byIndex);
}
