import { html, type Markup } from '../markup.js';
import { formatCount, formatCounted } from '../numbers.js';
import type { PageData } from '../page-data.js';

/** The map with its player. The page's script fills the canvas and answers the controls. */
export function mapSection(data: PageData): Markup {
  const last = data.ticks.length - 1;
  const marks = data.targets
    .filter(({ foundTick }) => foundTick !== null)
    .map(({ foundTick }) => {
      const frame = data.ticks.findIndex((tick) => tick >= foundTick!);
      return html`<i style="left:${((100 * frame) / Math.max(1, last)).toFixed(2)}%"></i>`;
    });
  return html`
<section aria-labelledby="map-heading">
  <h2 id="map-heading">What the swarm believes, tick by tick</h2>
  <p>The map is tinted by where the swarm takes the targets to be. A dot is ${
    data.trackStride === 1 ? 'a searcher' : `one searcher in ${formatCount(data.trackStride)}`
  }, the line behind it where it came from; a numbered disc is where a target really is, which no searcher is told,
  and turns green with its find.</p>
  <div class="player">
    <div class="stage">
      <canvas id="map" style="aspect-ratio:${data.width}/${data.height}" role="img"
        aria-label="Map of the search; the list beside it says how sure the swarm is of each target"></canvas>
      <p id="readout" role="status">Point at the map to read a sector; click a dot to follow a searcher.</p>
    </div>
    <div class="side">
      <div class="legend">
        <div class="ramp"></div>
        <div class="ramp-labels"><span>0.1 %</span><span>1 %</span><span>10 %</span><span>100 %</span></div>
        <p>chance that a target is in the sector</p>
      </div>
      <fieldset class="targets">
        <legend>Belief about</legend>
        <label><input type="radio" name="target" value="all" checked><span>any target</span><output id="found-count"></output></label>
        ${data.targets.map(
          (_, target) =>
            html`<label><input type="radio" name="target" value="${target}"><span>target ${target}</span><output></output><b class="bar"></b></label>`,
        )}
      </fieldset>
      <p class="hint">A bar is the chance of the likeliest sector.</p>
      <fieldset class="layers">
        <legend>Show</legend>
        <label><input type="checkbox" id="show-searchers" checked>searchers</label>
        <label><input type="checkbox" id="show-trails" checked>trails</label>
        <label><input type="checkbox" id="show-targets" checked>targets</label>
      </fieldset>
      <label class="follow">Follow searcher <input type="number" id="searcher" min="0" max="${
        (data.trackCount - 1) * data.trackStride
      }" step="${data.trackStride}" placeholder="none"></label>
      <ul class="key">
        <li><svg viewBox="0 0 14 14"><circle class="key-searcher" cx="7" cy="7" r="3.2"/></svg>searcher</li>
        <li><svg viewBox="0 0 14 14"><path class="key-crash" d="M3.5 3.5l7 7m0-7l-7 7"/></svg>crash</li>
        <li><svg viewBox="0 0 14 14"><circle class="key-target" cx="7" cy="7" r="5"/></svg>target</li>
        <li><svg viewBox="0 0 14 14"><circle class="key-found" cx="7" cy="7" r="5.5"/></svg>found</li>
        <li><svg viewBox="0 0 14 14"><rect class="key-left-out" x="1" y="1" width="12" height="12"/></svg>left out</li>
      </ul>
    </div>
    <div class="transport">
      <button type="button" id="play" aria-label="Play">▶</button>
      <div class="timeline">
        <input type="range" id="frame" min="0" max="${last}" value="${last}" aria-label="Tick">
        <div class="marks" aria-hidden="true">${marks}</div>
      </div>
      <output id="tick">${formatCounted(data.ticks[last] ?? 0, 'tick')}</output>
    </div>
    <p class="hint keys"><kbd>←</kbd> <kbd>→</kbd> step · <kbd>space</kbd> plays and pauses · green marks are finds</p>
  </div>
</section>`;
}
