/** Marks that have a character of their own: ① to ⑳. */
const CIRCLED_COUNT = 20;
const CIRCLED_ONE = 0x2460;

/** Numbers by which a reader finds the end of a message again. One is used anew once its message has ended. */
export interface Marks {
  /** A message sets out. */
  begin(message: number): string;
  /** It ends, perhaps not for the last time. */
  at(message: number, isLast: boolean): string;
}

/** Marks for one story. Going round, so that one is not used again soon; beyond twenty at a time they are longer. */
export function createMarks(): Marks {
  const numbers = new Map<number, number>();
  const taken = new Set<number>();
  let last = 0;
  const unused = (): number => {
    for (let i = 0; i < CIRCLED_COUNT; i++) {
      const number = ((last + i) % CIRCLED_COUNT) + 1;
      if (!taken.has(number)) {
        last = number;
        return number;
      }
    }
    let number = CIRCLED_COUNT + 1;
    while (taken.has(number)) number++;
    return number;
  };
  return {
    begin(message) {
      const number = unused();
      taken.add(number);
      numbers.set(message, number);
      return textOf(number);
    },
    at(message, isLast) {
      const number = numbers.get(message)!;
      if (isLast) taken.delete(number);
      return textOf(number);
    },
  };
}

function textOf(number: number): string {
  return number > CIRCLED_COUNT ? `(${number})` : String.fromCodePoint(CIRCLED_ONE + number - 1);
}
