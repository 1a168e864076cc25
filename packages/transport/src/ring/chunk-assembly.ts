/**
 * The payload that a reader puts together from chunks: one at a time, since those of a frame follow each other.
 * It holds memory only between the head and the last chunk of a frame, of the size of that payload.
 */
export class ChunkAssembly {
  private payload: Uint8Array | undefined;
  private filledBytes = 0;

  /** Whether a head has come and the rest has not. */
  get isOpen(): boolean {
    return this.payload !== undefined;
  }

  /**
   * Copies a chunk. One at offset 0 begins a new payload, whatever became of the last.
   *
   * @param payloadBytes of the whole payload
   * @returns false when it continues nothing that is here: its head was taken by a reader before this one
   */
  add(offset: number, payloadBytes: number, chunk: Uint8Array): boolean {
    if (offset === 0) {
      this.payload = new Uint8Array(payloadBytes);
      this.filledBytes = 0;
    }
    if (this.payload?.length !== payloadBytes || this.filledBytes !== offset) {
      this.drop();
      return false;
    }
    this.payload.set(chunk, offset);
    this.filledBytes += chunk.length;
    return true;
  }

  /** Hands the payload over and forgets it; to be called once all of it is there. */
  take(): Uint8Array {
    const payload = this.payload!;
    this.drop();
    return payload;
  }

  /** Forgets a payload whose rest will not come. */
  drop(): void {
    this.payload = undefined;
    this.filledBytes = 0;
  }
}
