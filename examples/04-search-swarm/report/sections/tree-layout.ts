import type { CohortNode } from '@skein/agents';
import { formatCoordinate } from '../numbers.js';

/** What one shard has in the drawn tree, as SVG path data, and counted. */
export interface ShardPaths {
  readonly shard: number;
  cohorts: number;
  agents: number;
  /** Curves from cohorts of this shard up to their supervisors. */
  links: string;
  /** Strokes of no length, one at each cohort that has cohorts, and at each that has agents. */
  innerNodes: string;
  leafNodes: string;
  /** Strokes of no length, one at each agent; in a large swarm one rectangle a cohort. */
  dots: string;
  /** As `dots`, the agents that crashed. */
  crashedDots: string;
}

export interface TreeLayout {
  readonly width: number;
  readonly height: number;
  /** Stroke widths. */
  readonly innerNodeSize: number;
  readonly leafNodeSize: number;
  readonly dotSize: number;
  /** False where agents are too many to be drawn one by one; `dots` are rectangles then. */
  readonly drawsAgents: boolean;
  /** By shard, only those that have a cohort. */
  readonly shards: readonly ShardPaths[];
}

const WIDTH = 1000;
const TOP = 16;
const LEVEL_HEIGHT = 72;
const DOTS_HEIGHT = 130;
const DOT_PITCH_MAX = 12;
const AGENTS_DRAWN_MAX = 20_000;

/**
 * Lays a supervision tree out from the root downwards: cohorts above the middle of what they supervise, agents
 * as a block of dots below their cohort. One path a shard, so that ten thousand agents stay a small drawing.
 */
export function layOutTree(root: CohortNode, crashed: ReadonlySet<number>): TreeLayout {
  const agentCount = root.to - root.from;
  const leaves = leavesOf(root);
  const depth = depthOf(root);
  const pitch = Math.min(DOT_PITCH_MAX, Math.sqrt((WIDTH * DOTS_HEIGHT) / agentCount));
  const drawsAgents = agentCount <= AGENTS_DRAWN_MAX;
  const leafWidth = WIDTH / leaves.length;
  const dotsTop = TOP + (depth - 1) * LEVEL_HEIGHT + 20;
  const shards = new Map<number, ShardPaths>();
  let height = dotsTop;

  const pathsOf = (shard: number): ShardPaths => {
    const known = shards.get(shard);
    if (known) return known;
    const paths = {
      shard,
      cohorts: 0,
      agents: 0,
      links: '',
      innerNodes: '',
      leafNodes: '',
      dots: '',
      crashedDots: '',
    };
    shards.set(shard, paths);
    return paths;
  };
  const xOf = (agent: number): number => (WIDTH * (agent - root.from)) / agentCount;

  const drawAgents = ({ from, to, shard }: CohortNode): void => {
    const paths = pathsOf(shard);
    paths.agents += to - from;
    const span = xOf(to) - xOf(from);
    const inner = span * 0.86; // the rest parts the block from its neighbours
    if (!drawsAgents) {
      const bottom = dotsTop + DOTS_HEIGHT / 2;
      paths.dots += `M${formatCoordinate(xOf(from))} ${dotsTop}h${formatCoordinate(inner)}V${bottom}h-${formatCoordinate(inner)}z`;
      height = Math.max(height, bottom);
      return;
    }
    const rows = Math.ceil((to - from) / Math.max(1, Math.floor(inner / pitch)));
    const columns = Math.ceil((to - from) / rows); // the last row is nearly as full as the others
    const left = (xOf(from) + xOf(to)) / 2 - ((columns - 1) * pitch) / 2;
    for (let agent = from; agent < to; agent++) {
      const x = left + ((agent - from) % columns) * pitch;
      const y = dotsTop + pitch / 2 + Math.floor((agent - from) / columns) * pitch;
      const dot = `M${formatCoordinate(x)} ${formatCoordinate(y)}h0`;
      if (crashed.has(agent)) paths.crashedDots += dot;
      else paths.dots += dot;
      height = Math.max(height, y + pitch / 2);
    }
  };

  const draw = (node: CohortNode, level: number, parent?: { x: number; y: number }): void => {
    const paths = pathsOf(node.shard);
    const x = (xOf(node.from) + xOf(node.to)) / 2;
    const y = node.children.length === 0 ? TOP + (depth - 1) * LEVEL_HEIGHT : TOP + level * LEVEL_HEIGHT;
    paths.cohorts++;
    const point = `M${formatCoordinate(x)} ${y}h0`;
    if (node.children.length === 0) paths.leafNodes += point;
    else paths.innerNodes += point;
    if (parent) {
      const middle = (parent.y + y) / 2;
      paths.links +=
        `M${formatCoordinate(parent.x)} ${parent.y}` +
        `C${formatCoordinate(parent.x)} ${middle} ${formatCoordinate(x)} ${middle} ${formatCoordinate(x)} ${y}`;
    }
    if (node.children.length === 0) drawAgents(node);
    for (const child of node.children) draw(child, level + 1, { x, y });
  };
  draw(root, 0);

  return {
    width: WIDTH,
    height: Math.ceil(height + 4),
    innerNodeSize: 11,
    leafNodeSize: Math.max(1.5, Math.min(11, leafWidth * 0.7)),
    dotSize: Math.min(pitch, leafWidth) * (pitch < 6 ? 0.8 : 0.66),
    drawsAgents,
    shards: [...shards.values()].sort((a, b) => a.shard - b.shard),
  };
}

/** Levels of cohorts, the root's among them. */
export function depthOf(node: CohortNode): number {
  return 1 + Math.max(0, ...node.children.map(depthOf));
}

function leavesOf(node: CohortNode): CohortNode[] {
  return node.children.length === 0 ? [node] : node.children.flatMap(leavesOf);
}
