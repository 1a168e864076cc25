import { sectorSize } from '@skein/agents/environments';
import type { Screen } from '@skein/cli';
import type { Belief, Knowledge } from '../knowledge.js';
import type { Moment } from '../search.js';
import { drawRamp, drawTown, searchersPerPoint } from './draw-town.js';
import { rasterize, type TownRaster } from './town-raster.js';

/** Between two pictures at least, ms: some thirty a second, if there is as much to see. */
const PICTURE_MS = 25;
const GAP = '   ';
/** Lines above the town, and below. */
const FRAME_LINES = 4;

/** What a view draws on. */
export type Canvas = Pick<Screen, 'show' | 'columns' | 'rows' | 'colors' | 'unicode'>;

/** What the view has cost. */
export interface ViewCost {
  /** Pictures, count. */
  readonly pictures: number;
  /** Spent on drawing them, ms. */
  readonly drawMs: number;
}

/**
 * A search as a picture that moves, drawn of what the swarm publishes at the end of a tick. It is drawn between two ticks, and
 * only when there is time for another picture: it never holds a tick up, and most ticks of a fast search are not drawn at all.
 */
export class LiveView {
  readonly #screen: Canvas;
  readonly #knowledge: Knowledge;
  readonly #belief: Belief;
  readonly #label: string;
  readonly #now: () => number;
  /** f64[S]: expected targets, at the start, of one. */
  readonly #prior: Float64Array;
  #raster: TownRaster | undefined;
  #rasterSize = '';
  #startedMs: number;
  #drawnMs = Number.NEGATIVE_INFINITY;
  #pictures = 0;
  #drawMs = 0;

  constructor(screen: Canvas, knowledge: Knowledge, label: string, now = () => performance.now()) {
    this.#screen = screen;
    this.#knowledge = knowledge;
    this.#belief = knowledge.createBelief();
    this.#label = label;
    this.#now = now;
    this.#startedMs = now();
    const { graph } = knowledge;
    this.#prior = Float64Array.from(
      { length: graph.sectorCount },
      (_, sector) => sectorSize(graph, sector) / graph.cells.length,
    );
  }

  get cost(): ViewCost {
    return { pictures: this.#pictures, drawMs: this.#drawMs };
  }

  /** Draws a moment, unless the picture before it is too fresh. */
  update(moment: Moment): void {
    const nowMs = this.#now();
    if (nowMs - this.#drawnMs < PICTURE_MS) return;
    this.#drawnMs = nowMs;
    this.#screen.show(this.draw(moment));
    this.#pictures++;
    this.#drawMs += this.#now() - nowMs;
  }

  /** The picture of a moment, one text a line, as large as the screen. */
  draw(moment: Moment): string[] {
    const { columns, rows, colors, unicode } = this.#screen;
    const palette = { colors, unicode };
    const { tick, sectors, finds, found } = moment;
    const raster = this.#rasterFor(columns, rows - FRAME_LINES);
    const town = drawTown(
      raster,
      { likelihood: this.#likelihood(moment), sectors, found: finds.map(({ sector }) => sector) },
      palette,
    );
    const seconds = (this.#now() - this.#startedMs) / 1000;
    const head = [
      this.#label,
      `tick ${tick}`,
      `${finds.length} of ${found.length} targets found`,
      `${(tick / Math.max(seconds, 1e-3)).toFixed(0)} ticks/s`,
    ];
    const point = unicode ? '⠂' : colors === 0 ? 'o' : '.';
    const per = searchersPerPoint(raster, sectors.length);
    const lead = `${point} ${per === 1 ? 'a searcher' : `${per} searchers`}   ${unicode ? '◆' : 'X'} found`;
    const last = finds.at(-1);
    const news = last ? `tick ${last.tick}: target ${last.target} confirmed in sector ${last.sector}` : '';
    const key = `searched ${drawRamp(palette)} likely`;
    const lines = [asManyAsFit(head, columns), '', ...town, cut(news, columns)];
    return [...lines, columns >= 60 ? `${key}   ${lead}` : cut(lead, columns)].slice(0, rows);
  }

  /** How much likelier than at the start each sector is to hold a target that is still hidden; 1 where nobody knows more. */
  #likelihood({ pool, found }: Moment): Float64Array {
    const prior = this.#prior;
    if (pool === undefined) return new Float64Array(prior.length).fill(1);
    this.#belief.update(pool, found);
    const { probability } = this.#belief;
    const hidden = found.reduce((count, gone) => count + 1 - gone, 0);
    const stateCount = prior.length + 1;
    return prior.map((start, sector) => {
      let expected = 0;
      for (let target = 0; target < found.length; target++)
        if (found[target] === 0) expected += probability[target * stateCount + sector]!;
      return expected / (Math.max(hidden, 1) * start);
    });
  }

  #rasterFor(columns: number, rows: number): TownRaster {
    const size = `${columns} ${rows}`;
    if (this.#raster === undefined || this.#rasterSize !== size)
      this.#raster = rasterize(this.#knowledge, Math.max(columns, 1), Math.max(rows, 1));
    this.#rasterSize = size;
    return this.#raster;
  }
}

/** The first of some texts in a line, at least one. */
function asManyAsFit(texts: readonly string[], columns: number): string {
  const fits = (count: number): boolean => texts.slice(0, count).join(GAP).length <= columns;
  let count = texts.length;
  while (count > 1 && !fits(count)) count--;
  return cut(texts.slice(0, count).join(GAP), columns);
}

function cut(text: string, columns: number): string {
  return text.slice(0, columns);
}
