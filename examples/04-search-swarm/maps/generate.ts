/**
 * Draws `riverside.map`, the town that the search job uses by default: an irregular net of streets, a river
 * with five bridges, a market square, a park, woods around, and courtyards, some of them closed.
 *
 *     npx tsx examples/04-search-swarm/maps/generate.ts > examples/04-search-swarm/maps/riverside.map
 *
 * The same seed draws the same town. The file is committed, so this runs only to change it.
 */
const SIZE = 128;
const SEED = 20;
/** The plan is larger than the town, so that bending it leaves no blank margin. */
const MARGIN = 12;
const PLAN_SIZE = SIZE + 2 * MARGIN;

const BUILDING = '@';
const STREET = '.';
const GRASS = 'G';
const TREE = 'T';
const WATER = 'W';
const CHURCH = 'O';

interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const random = mulberry32(SEED);
const between = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));

const plan = Array.from({ length: PLAN_SIZE }, () => new Array<string>(PLAN_SIZE).fill(STREET));
divide({ left: 0, top: 0, width: PLAN_SIZE, height: PLAN_SIZE }, 0);

const town = Array.from({ length: SIZE }, (_, y) =>
  Array.from({ length: SIZE }, (_, x) => {
    const [bentX, bentY] = bend(x, y);
    return plan[bentY]![bentX]!;
  }),
);
marketSquare({ left: 37, top: 35, width: 15, height: 12 });
park({ left: 12, top: 74, width: 42, height: 32 });
river();
woods();
process.stdout.write(
  `type octile\nheight ${SIZE}\nwidth ${SIZE}\nmap\n${town.map((row) => row.join('')).join('\n')}\n`,
);

/** Cuts land along a street, and each half again, until what is left is a block. Early streets are avenues. */
function divide(land: Rectangle, depth: number): void {
  const { left, top, width, height } = land;
  const longer = Math.max(width, height);
  if (longer <= between(14, 19)) {
    build(land);
    return;
  }
  const streetWidth = depth < 2 ? 4 : depth < 4 ? 3 : 2;
  const before = Math.round((longer - streetWidth) * (0.36 + 0.28 * random()));
  const after = longer - streetWidth - before;
  if (width >= height) {
    divide({ left, top, width: before, height }, depth + 1);
    divide({ left: left + before + streetWidth, top, width: after, height }, depth + 1);
  } else {
    divide({ left, top, width, height: before }, depth + 1);
    divide({ left, top: top + before + streetWidth, width, height: after }, depth + 1);
  }
}

/** Fills a block with houses around a courtyard, or without one; some courtyards have a gateway. */
function build({ left, top, width, height }: Rectangle): void {
  fill(plan, { left, top, width, height }, BUILDING);
  if (Math.min(width, height) < 8 || random() < 0.35) return;
  const depth = between(2, 3);
  const court = {
    left: left + depth,
    top: top + depth,
    width: width - 2 * depth,
    height: height - 2 * depth,
  };
  fill(plan, court, random() < 0.4 ? GRASS : STREET);
  if (random() < 0.35) return; // closed: a component of its own
  const gateX = between(court.left, court.left + court.width - 2);
  const gateTop = random() < 0.5 ? top : court.top + court.height;
  fill(plan, { left: gateX, top: gateTop, width: 2, height: depth }, STREET);
}

/** Where in the plan a cell of the town lies: old streets are not straight. */
function bend(x: number, y: number): [number, number] {
  const bentX = x + MARGIN + 5 * Math.sin(y / 23) + 2 * Math.sin(y / 9 + x / 31);
  const bentY = y + MARGIN + 5 * Math.sin(x / 27 + 1) + 2 * Math.sin(x / 11 + y / 37);
  return [Math.round(bentX), Math.round(bentY)];
}

function marketSquare(square: Rectangle): void {
  fill(town, square, STREET);
  fill(town, { left: square.left + 5, top: square.top + 4, width: 6, height: 4 }, CHURCH);
  fill(town, { left: square.left + 3, top: square.top + 5, width: 2, height: 2 }, CHURCH); // its tower
}

/** Grass in an oval with a path around and two across, a pond, and trees in groves. */
function park({ left, top, width, height }: Rectangle): void {
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) {
      const dx = (x - left - width / 2) / (width / 2);
      const dy = (y - top - height / 2) / (height / 2);
      const fromCentre = Math.hypot(dx, dy);
      if (fromCentre > 1) continue;
      const grove = Math.sin(x / 2.3 + y / 5.1) + Math.sin(y / 2.7 - x / 6.3) + 0.6 * random();
      const onPath =
        fromCentre > 0.86 || Math.abs(dx - 0.5 * dy) < 0.06 || Math.abs(dy + 0.35 * Math.sin(3 * dx)) < 0.08;
      const inPond = Math.hypot((dx - 0.38) / 0.26, (dy + 0.42) / 0.24) < 1;
      town[y]![x] = onPath ? STREET : inPond ? WATER : grove > 1.15 ? TREE : GRASS;
    }
  }
}

/** Water from the north edge to the south edge between two quays, under five bridges. */
function river(): void {
  const bridges = [10, 37, 61, 90, 115];
  for (let y = 0; y < SIZE; y++) {
    const middle = 80 + 13 * Math.sin(y / 24 + 0.6) + 3 * Math.sin(y / 8);
    const reach = 4 + Math.sin(y / 17);
    const bridged = bridges.some((bridge) => y >= bridge && y < bridge + 3);
    for (let x = 0; x < SIZE; x++) {
      const away = Math.abs(x - middle);
      if (away <= reach && !bridged) town[y]![x] = WATER;
      else if (away <= reach + 2) town[y]![x] = STREET;
    }
  }
}

/** Trees where the town ends: outside of a rounded square with a ragged edge, except on the river. */
function woods(): void {
  const half = (SIZE - 1) / 2;
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const dx = Math.abs(x - half) / half;
      const dy = Math.abs(y - half) / half;
      const ragged = 0.03 * Math.sin(x / 5) + 0.03 * Math.sin(y / 4 + 2) + 0.02 * random();
      if (dx ** 5 + dy ** 5 > 1 + ragged && town[y]![x] !== WATER) town[y]![x] = TREE;
    }
  }
}

function fill(canvas: string[][], { left, top, width, height }: Rectangle, terrain: string): void {
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) canvas[y]![x] = terrain;
  }
}

/** A small generator of numbers in [0, 1), by Tommy Ettinger; in 32-bit integers, so equal everywhere. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  };
}
