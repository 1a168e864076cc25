import type { ControlPort } from '../../scheduling/shard-launcher.js';
import type { ControlOrder, ControlReport } from '../../system/control.js';

type Control = ControlOrder | ControlReport;

/** One direction of a simulated control port: what is on its way, in order. It arrives when the simulation says. */
export class ControlWay {
  /** The shard beside the main one, number. */
  readonly shard: number;
  readonly #onWay: (Control | (() => void))[] = [];
  #listener: ((what: Control) => void) | undefined;
  #isClosed = false;

  constructor(shard: number) {
    this.shard = shard;
  }

  get waiting(): number {
    return this.#listener === undefined ? 0 : this.#onWay.length;
  }

  /** What comes next, in a word. */
  get next(): string {
    const [next] = this.#onWay;
    return typeof next === 'object' ? next.kind : 'the end of its thread';
  }

  send(what: Control | (() => void)): void {
    if (!this.#isClosed) this.#onWay.push(what);
  }

  listen(listener: (what: Control) => void): void {
    this.#listener = listener;
  }

  arrive(): void {
    const what = this.#onWay.shift();
    if (typeof what === 'function') what();
    else if (what !== undefined) this.#listener?.(structuredClone(what));
  }

  /** Nothing more sets out, or arrives. */
  close(): void {
    this.#isClosed = true;
    this.#onWay.length = 0;
  }
}

/** The two ends of a control port, of the main shard and of the other. */
export function createControlPorts(
  toShard: ControlWay,
  toMain: ControlWay,
): readonly [ControlPort, ControlPort] {
  const onClose: (() => void)[] = [];
  const close = (): void => {
    toShard.close();
    for (const closed of onClose.splice(0)) closed();
  };
  const end = (out: ControlWay, inward: ControlWay): ControlPort => ({
    postMessage: (what) => out.send(what),
    on: (_, listener) => inward.listen(listener),
    once: (_, listener) => onClose.push(listener),
    close,
  });
  return [end(toShard, toMain), end(toMain, toShard)];
}
