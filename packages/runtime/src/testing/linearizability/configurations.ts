/** Operations that share one word of the set, count; a word is one character of a key. */
const WORD_BITS = 16;
const FULL = 2 ** WORD_BITS - 1;

/**
 * The configurations that a search has been in: which operations it had placed, and in which state it was then.
 * Two ways into one configuration have the same future, so only the first is worth following.
 *
 * Placed operations are bits, in order of their calls. Long before the place where a search is, all of them are
 * set, and long after it none: a key holds only the words in between.
 *
 *     words      ffff ffff ffff b7ff 0013 0000 0000
 *     in a key             └ first ┴ last ┘
 *
 * Operations without a return may stay unset for ever and would keep the first word from moving. They come in
 * `unbounded` bits of their own, before the others, and all of these are in each key.
 */
export class Configurations {
  readonly #visited = new Set<string>();
  readonly #words: Uint16Array;
  readonly #unboundedWords: number;
  readonly #key: Uint16Array;
  readonly #keyBytes: Buffer;
  #first: number;
  #last: number;

  /**
   * @param unbounded operations without a return, count; their bits are 0 to `unbounded - 1`
   * @param bounded   other operations, count; their bits begin at {@link Configurations.firstBounded}
   */
  constructor(unbounded: number, bounded: number) {
    this.#unboundedWords = Math.ceil(unbounded / WORD_BITS);
    this.#words = new Uint16Array(this.#unboundedWords + Math.ceil(bounded / WORD_BITS));
    this.#first = this.#unboundedWords;
    this.#last = this.#unboundedWords - 1;
    this.#key = new Uint16Array(this.#words.length + 4);
    this.#keyBytes = Buffer.from(this.#key.buffer);
  }

  /** The first bit of those for operations with a return. */
  get firstBounded(): number {
    return this.#unboundedWords * WORD_BITS;
  }

  /** Configurations entered, count. */
  get size(): number {
    return this.#visited.size;
  }

  isPlaced(bit: number): boolean {
    return (this.#words[wordOf(bit)]! & maskOf(bit)) !== 0;
  }

  place(bit: number): void {
    const word = wordOf(bit);
    this.#words[word]! |= maskOf(bit);
    if (word < this.#unboundedWords) return;
    if (word > this.#last) this.#last = word;
    while (this.#words[this.#first] === FULL) this.#first++;
  }

  unplace(bit: number): void {
    const word = wordOf(bit);
    this.#words[word]! &= ~maskOf(bit);
    if (word < this.#unboundedWords) return;
    if (word < this.#first) this.#first = word;
    while (this.#last >= this.#unboundedWords && this.#words[this.#last] === 0) this.#last--;
  }

  /** Whether the search is in this configuration for the first time. `state` is a number from 0 to 2³² - 1. */
  enter(state: number): boolean {
    const key = this.#keyOf(state);
    if (this.#visited.has(key)) return false;
    this.#visited.add(key);
    return true;
  }

  /** State and first word, two characters each, the unbounded words, and the words from the first to the last. */
  #keyOf(state: number): string {
    const key = this.#key;
    key[0] = state;
    key[1] = state >>> WORD_BITS;
    key[2] = this.#first;
    key[3] = this.#first >>> WORD_BITS;
    let length = 4;
    for (let word = 0; word < this.#unboundedWords; word++) key[length++] = this.#words[word]!;
    for (let word = this.#first; word <= this.#last; word++) key[length++] = this.#words[word]!;
    return this.#keyBytes.toString('utf16le', 0, length * 2);
  }
}

function wordOf(bit: number): number {
  return Math.floor(bit / WORD_BITS);
}

function maskOf(bit: number): number {
  return 1 << (bit % WORD_BITS);
}
