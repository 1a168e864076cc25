/** Opens when it has been counted down: how actors of this thread tell a workload that they are done. */
export class Latch {
  #left = 0;
  #open: () => void = () => {};

  /** Closes the latch until `count` more calls of {@link countDown}. */
  close(count: number): Promise<void> {
    this.#left = count;
    return new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  countDown(): void {
    if (--this.#left === 0) this.#open();
  }
}
