/**
 * @import { SearchRun } from './decode.js'
 * @import { View } from './map-view.js'
 */
import { MapView } from './map-view.js';
import { Palette } from './palette.js';

/** A whole run takes about so long to play, ms; a frame neither flits by nor drags. */
const PLAY_MS = 14_000;
const FRAME_MS_MIN = 50;
const FRAME_MS_MAX = 700;

/** Shows the search frame by frame, and answers the controls beside the map. */
export class Player {
  /** @param {SearchRun} run */
  constructor(run) {
    this.run = run;
    this.last = run.ticks.length - 1;
    this.map = new MapView(element('map', HTMLCanvasElement), run);
    this.palette = new Palette();
    this.playing = false;
    this.readoutHint = element('readout', HTMLElement).textContent;
    /** @type {View} */
    this.view = {
      position: this.openingFrame(),
      target: null,
      track: null,
      sector: null,
      layers: { searchers: true, trails: true, targets: true },
    };
    this.readAddress();
    this.listen();
  }

  /** The frame before the first find: what the swarm knows by then is the best of the pictures. */
  openingFrame() {
    const first = Math.min(...this.run.targets.map(({ foundTick }) => foundTick ?? Number.POSITIVE_INFINITY));
    return Math.max(
      0,
      this.run.ticks.findLastIndex((tick) => tick < first),
    );
  }

  listen() {
    const { view } = this;
    const slider = element('frame', HTMLInputElement);
    slider.addEventListener('input', () => this.goTo(Number(slider.value)));
    element('play', HTMLButtonElement).addEventListener('click', () => this.toggle());
    for (const input of radios()) {
      input.addEventListener('change', () => {
        view.target = input.value === 'all' ? null : Number(input.value);
        this.show();
      });
    }
    for (const layer of /** @type {const} */ (['searchers', 'trails', 'targets'])) {
      const box = element(`show-${layer}`, HTMLInputElement);
      box.addEventListener('change', () => {
        view.layers[layer] = box.checked;
        this.show();
      });
    }
    const searcher = element('searcher', HTMLInputElement);
    searcher.addEventListener('input', () => {
      this.follow(searcher.value === '' ? null : Number(searcher.value));
      this.show();
    });
    this.listenToMap();
    document.addEventListener('keydown', (event) => this.onKey(event));
    globalThis.addEventListener('hashchange', () => {
      this.readAddress();
      this.show();
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      this.palette = new Palette();
      this.show();
    });
    new ResizeObserver(() => {
      this.map.resize();
      this.show();
    }).observe(this.map.canvas);
  }

  listenToMap() {
    const { canvas } = this.map;
    canvas.addEventListener('pointermove', (event) => {
      this.view.sector = this.map.sectorAt(event.offsetX, event.offsetY);
      this.show();
    });
    canvas.addEventListener('pointerleave', () => {
      this.view.sector = null;
      this.show();
    });
    canvas.addEventListener('click', (event) => {
      const track = this.map.trackAt(Math.round(this.view.position), event.offsetX, event.offsetY);
      this.follow(track === null || track === this.view.track ? null : track * this.run.trackStride);
      this.show();
    });
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof Element)) return;
    // Controls keep the keys that they answer themselves.
    const control = event.target.closest('input, button');
    const isSlider = control?.id === 'frame';
    if (event.key === ' ' ? control && !isSlider : control instanceof HTMLInputElement) return;
    const here = Math.round(this.view.position);
    if (event.key === ' ') this.toggle();
    else if (event.key === 'ArrowLeft') this.goTo(here - 1);
    else if (event.key === 'ArrowRight') this.goTo(here + 1);
    else if (event.key === 'Home') this.goTo(0);
    else if (event.key === 'End') this.goTo(this.last);
    else return;
    event.preventDefault();
  }

  /** @param {number | null} searcher */
  follow(searcher) {
    const track = searcher === null ? null : Math.round(searcher / this.run.trackStride);
    this.view.track = track !== null && track >= 0 && track < this.run.trackCount ? track : null;
    const shown = this.view.track === null ? '' : String(this.view.track * this.run.trackStride);
    const input = element('searcher', HTMLInputElement);
    if (document.activeElement !== input) input.value = shown;
  }

  /** @param {number} frame */
  goTo(frame) {
    this.pause();
    this.view.position = Math.min(this.last, Math.max(0, frame));
    this.show();
  }

  toggle() {
    if (this.playing) {
      this.pause();
      this.view.position = Math.round(this.view.position);
      this.show();
      return;
    }
    if (this.view.position >= this.last) this.view.position = 0;
    this.playing = true;
    this.showPlaying();
    const frameMs = Math.min(FRAME_MS_MAX, Math.max(FRAME_MS_MIN, PLAY_MS / Math.max(1, this.last)));
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const startedAt = this.view.position;
    /** @type {number | undefined} */
    let startedMs;
    /** @param {number} nowMs */
    const advance = (nowMs) => {
      if (!this.playing) return;
      startedMs ??= nowMs;
      const position = Math.min(this.last, startedAt + (nowMs - startedMs) / frameMs);
      this.view.position = calm ? Math.floor(position) : position;
      if (position >= this.last) this.pause();
      this.show();
      if (this.playing) requestAnimationFrame(advance);
    };
    requestAnimationFrame(advance);
  }

  pause() {
    this.playing = false;
    this.showPlaying();
  }

  showPlaying() {
    const button = element('play', HTMLButtonElement);
    button.textContent = this.playing ? '❚❚' : '▶';
    button.setAttribute('aria-label', this.playing ? 'Pause' : 'Play');
  }

  show() {
    const frame = Math.floor(this.view.position);
    this.map.draw(this.view, this.palette);
    const tick = /** @type {number} */ (this.run.ticks[frame]);
    const slider = element('frame', HTMLInputElement);
    slider.value = String(frame);
    slider.setAttribute('aria-valuetext', `tick ${tick}`);
    element('tick', HTMLOutputElement).value = `tick ${tick} of ${this.run.ticks[this.last]}`;
    this.showTargets(frame);
    this.showReadout(frame);
    this.showCursor(tick);
  }

  /** How sure the swarm is of each target. @param {number} frame */
  showTargets(frame) {
    const { run } = this;
    let foundCount = 0;
    for (const [index, target] of run.targets.entries()) {
      const label = radios()[index + 1]?.closest('label');
      const output = label?.querySelector('output');
      if (!label || !output) continue;
      const found = run.isFound(frame, target);
      if (found) foundCount++;
      const sure = found ? 1 : Math.max(...run.chances(frame, index));
      label.classList.toggle('found', found);
      output.value = found ? `found, tick ${target.foundTick}` : percent(sure);
      label.style.setProperty('--sure', String(sure));
    }
    element('found-count', HTMLOutputElement).value = `${foundCount} of ${run.targets.length} found`;
  }

  /** What is in the sector pointed at, or who is followed. @param {number} frame */
  showReadout(frame) {
    const { run, view } = this;
    let text = this.readoutHint;
    if (view.sector !== null) {
      let crowd = 0;
      for (let track = 0; track < run.trackCount; track++) {
        if (run.sectorAt(frame, track) === view.sector) crowd++;
      }
      const chance = /** @type {number} */ (run.chances(frame, view.target)[view.sector]);
      const count = crowd * run.trackStride;
      const what = view.target === null ? 'a target' : `target ${view.target}`;
      text =
        `Sector ${view.sector}: ${percent(chance)} that ${what} is here; ` +
        `${run.trackStride > 1 ? 'about ' : ''}${count} ${count === 1 ? 'searcher' : 'searchers'}.`;
    } else if (view.track !== null) {
      const crashed = run.crashedAt(frame, view.track) ? ' It crashes here, and is restarted.' : '';
      text = `Searcher ${view.track * run.trackStride} is in sector ${run.sectorAt(frame, view.track)}.${crashed}`;
    }
    const readout = element('readout', HTMLElement);
    if (readout.textContent !== text) readout.textContent = text;
  }

  /** The same tick on the chart of find times. @param {number} tick */
  showCursor(tick) {
    const chart = element('find-chart', HTMLElement);
    const max = Number(chart.dataset.max);
    const share = chart.dataset.scale === 'log' ? Math.log(Math.max(1, tick)) / Math.log(max) : tick / max;
    const cursor = element('chart-cursor', HTMLElement);
    cursor.hidden = false;
    cursor.style.left = `${100 * Math.min(1, share)}%`;
  }

  /** `#tick=12&target=1&searcher=17` */
  readAddress() {
    const asked = new URLSearchParams(location.hash.slice(1));
    const tick = numberOf(asked.get('tick'));
    if (tick !== null)
      this.view.position = Math.max(
        0,
        this.run.ticks.findLastIndex((at) => at <= tick),
      );
    const target = numberOf(asked.get('target'));
    const radio = radios()[target === null ? 0 : target + 1];
    if (radio) {
      radio.checked = true;
      this.view.target = radio.value === 'all' ? null : target;
    }
    this.follow(numberOf(asked.get('searcher')));
  }
}

/** @returns {HTMLInputElement[]} the choice of a belief: any target, then each */
function radios() {
  return [...document.querySelectorAll('input')].filter((input) => input.name === 'target');
}

/** @param {string | null} text */
function numberOf(text) {
  return text === null || text === '' || !Number.isInteger(Number(text)) ? null : Number(text);
}

/** @param {number} chance */
function percent(chance) {
  if (chance < 0.0001) return 'under 0.01 %';
  const value = 100 * chance;
  return `${value >= 99.5 ? value.toFixed(1) : Number(value.toPrecision(2))} %`;
}

/**
 * @template {HTMLElement} E
 * @param {string} id @param {abstract new (...args: never[]) => E} type
 * @returns {E}
 */
function element(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new TypeError(`the page has no ${type.name} called "${id}"`);
  return found;
}
