/** Bytes in pieces of any size. */
export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Cuts a stream of bytes anew. Keeps no more than was asked for, and the piece in hand. */
export class ByteReader {
  readonly #pieces: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array(0);

  constructor(source: ByteSource) {
    this.#pieces =
      Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  /** Exactly so many bytes, a copy; undefined if there are not as many. */
  async read(length: number): Promise<Uint8Array | undefined> {
    const parts: Uint8Array[] = [];
    let missing = length;
    while (missing > this.#piece.length) {
      parts.push(this.#piece);
      missing -= this.#piece.length;
      const { done, value } = await this.#pieces.next();
      this.#piece = done ? new Uint8Array(0) : value;
      if (done) return undefined;
    }
    parts.push(this.#piece.subarray(0, missing));
    this.#piece = this.#piece.subarray(missing);
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  /** Lets the source clean up. */
  async close(): Promise<void> {
    await this.#pieces.return?.();
  }
}
