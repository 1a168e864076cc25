/** Whether each number is greater than the one before it: nothing twice, nothing overtaken. */
export function isAscending(numbers: readonly number[]): boolean {
  return numbers.every((number, at) => at === 0 || numbers[at - 1]! < number);
}

/** The numbers from 0 up to `count`. */
export function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, number) => number);
}

/** Whether two lists of numbers are the same. */
export function areEqual(some: readonly number[], others: readonly number[]): boolean {
  return some.length === others.length && some.every((number, at) => number === others[at]);
}
