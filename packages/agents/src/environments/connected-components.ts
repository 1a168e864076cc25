import type { GridMap } from './moving-ai-map.js';

/** The free cells of a map, parted into pieces between which nobody can walk. */
export interface ConnectedComponents {
  /** i32[height, width]: the component of each cell, -1 where blocked. Numbered by first cell in reading order. */
  readonly componentOfCell: Int32Array;
  /** Cells in each component. */
  readonly cellCounts: readonly number[];
  /** The component with most cells; of equals, the first. */
  readonly largest: number;
}

/**
 * Parts the free cells by steps to the four nearest cells. The benchmark's octile walker may also step
 * diagonally, but only past two free cells, so it reaches exactly the same cells: four directions lose nothing here.
 */
export function connectedComponents(map: GridMap): ConnectedComponents {
  const { width, height } = map;
  const componentOfCell = new Int32Array(width * height).fill(-1);
  const cellCounts: number[] = [];
  const stack = new Int32Array(width * height); // a cell is labelled when pushed, so it is pushed once
  for (let start = 0; start < componentOfCell.length; start++) {
    if (componentOfCell[start] !== -1 || !map.free(start % width, Math.floor(start / width))) continue;
    const component = cellCounts.length;
    let cellCount = 0;
    let depth = 0;
    stack[depth++] = start;
    componentOfCell[start] = component;
    while (depth > 0) {
      const cell = stack[--depth]!;
      cellCount++;
      const x = cell % width;
      const y = (cell - x) / width;
      for (let direction = 0; direction < 4; direction++) {
        const nextX = x + (direction === 0 ? -1 : direction === 1 ? 1 : 0);
        const nextY = y + (direction === 2 ? -1 : direction === 3 ? 1 : 0);
        if (!map.free(nextX, nextY)) continue;
        const next = nextY * width + nextX;
        if (componentOfCell[next] !== -1) continue;
        componentOfCell[next] = component;
        stack[depth++] = next;
      }
    }
    cellCounts.push(cellCount);
  }
  let largest = 0;
  for (let component = 1; component < cellCounts.length; component++) {
    if (cellCounts[component]! > cellCounts[largest]!) largest = component;
  }
  return { componentOfCell, cellCounts, largest };
}
