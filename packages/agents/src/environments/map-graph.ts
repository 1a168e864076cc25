import { connectedComponents } from './connected-components.js';
import type { GridMap } from './moving-ai-map.js';

/** The cells of a map on which one can walk from any to any other, as a graph: for {@link graphWorld}. */
export interface MapGraph {
  /** For each node its cell: `y * width + x`. Ascending. */
  readonly cells: Int32Array;
  /** i32[height, width]: the node of each cell, -1 where nobody can be. */
  readonly nodeOfCell: Int32Array;
  /** For each node those above, to the right, below and to the left; itself where that is blocked. So action 1 goes up, and so on. */
  readonly neighbors: readonly Int32Array[];
}

/**
 * The largest component of a map, cell by cell.
 *
 * @example
 * const { neighbors } = graphOfMap(parseMovingAiMap('type octile\nheight 1\nwidth 3\nmap\n..@\n', 'tiny.map'));
 * const model = graphWorld({ neighbors, goals: [1] });
 */
export function graphOfMap(map: GridMap): MapGraph {
  const { width } = map;
  const { componentOfCell, cellCounts, largest } = connectedComponents(map);
  const cells = new Int32Array(cellCounts[largest]!);
  const nodeOfCell = new Int32Array(componentOfCell.length).fill(-1);
  let node = 0;
  for (let cell = 0; cell < componentOfCell.length; cell++) {
    if (componentOfCell[cell] !== largest) continue;
    cells[node] = cell;
    nodeOfCell[cell] = node++;
  }
  const nodeAt = (x: number, y: number): number =>
    x < 0 || y < 0 || x >= width || y >= map.height ? -1 : nodeOfCell[y * width + x]!;
  const neighbors = Array.from(cells, (cell, here) => {
    const x = cell % width;
    const y = Math.floor(cell / width);
    const around = [nodeAt(x, y - 1), nodeAt(x + 1, y), nodeAt(x, y + 1), nodeAt(x - 1, y)];
    return Int32Array.from(around, (there) => (there === -1 ? here : there));
  });
  return { cells, nodeOfCell, neighbors };
}
