import { type Tensor, type TensorInput, tensor } from '../model/tensor.js';
import { GoldenFormatError, isObject, type Json, type JsonObject } from './golden-case.js';

/** Typed reading of a golden object; a field that is missing or of another type is a fault of the file. */
export class Fields {
  readonly #values: JsonObject;
  readonly #where: string;

  constructor(values: JsonObject, where: string) {
    this.#values = values;
    this.#where = where;
  }

  /** Whether the field is there and not null. */
  has(key: string): boolean {
    return (this.#values[key] ?? null) !== null;
  }

  number(key: string, fallback?: number): number {
    const value = this.#values[key] ?? fallback;
    return typeof value === 'number' ? value : this.#fail(key, 'a number');
  }

  boolean(key: string, fallback: boolean): boolean {
    const value = this.#values[key] ?? fallback;
    return typeof value === 'boolean' ? value : this.#fail(key, 'true or false');
  }

  string(key: string, fallback?: string): string {
    const value = this.#values[key] ?? fallback;
    return typeof value === 'string' ? value : this.#fail(key, 'a string');
  }

  isString(key: string): boolean {
    return typeof this.#values[key] === 'string';
  }

  object(key: string): Fields {
    const value = this.#values[key];
    return isObject(value) ? new Fields(value, `${this.#where}.${key}`) : this.#fail(key, 'an object');
  }

  list(key: string): readonly Json[] {
    const value = this.#values[key];
    return Array.isArray(value) ? value : this.#fail(key, 'a list');
  }

  objects(key: string): Fields[] {
    return this.list(key).map((value, i) =>
      isObject(value)
        ? new Fields(value, `${this.#where}.${key}[${i}]`)
        : this.#fail(key, 'a list of objects'),
    );
  }

  integers(key: string): number[] {
    return this.list(key).map((value) =>
      Number.isInteger(value) ? (value as number) : this.#fail(key, 'a list of integers'),
    );
  }

  integerLists(key: string): number[][] {
    return this.list(key).map((list) =>
      Array.isArray(list) && list.every(Number.isInteger)
        ? (list as number[])
        : this.#fail(key, 'a list of lists of integers'),
    );
  }

  tensor(key: string): Tensor {
    return this.#toTensor(this.#values[key], key);
  }

  tensors(key: string): Tensor[] {
    return this.list(key).map((value, i) => this.#toTensor(value, `${key}[${i}]`));
  }

  vector(key: string): Float64Array {
    return this.#toVector(this.#values[key], key);
  }

  vectors(key: string): Float64Array[] {
    return this.list(key).map((value, i) => this.#toVector(value, `${key}[${i}]`));
  }

  policies(key: string): number[][][] {
    return this.list(key).map((policy, p) => {
      const { shape, data } = this.#toTensor(policy, `${key}[${p}]`);
      if (shape.length !== 2 || !data.every(Number.isInteger)) {
        return this.#fail(key, 'integers [policy][step][factor]');
      }
      const [steps = 0, factors = 0] = shape;
      return Array.from({ length: steps }, (_, t) => Array.from(data.slice(t * factors, (t + 1) * factors)));
    });
  }

  #toTensor(value: Json | undefined, key: string): Tensor {
    try {
      return tensor(value as TensorInput, key);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new GoldenFormatError(`${this.#where}: ${reason}`, { cause });
    }
  }

  #toVector(value: Json | undefined, key: string): Float64Array {
    const { shape, data } = this.#toTensor(value, key);
    return shape.length === 1 ? data : this.#fail(key, 'a vector');
  }

  #fail(key: string, expected: string): never {
    const got = JSON.stringify(this.#values[key])?.slice(0, 60) ?? 'nothing';
    throw new GoldenFormatError(`${this.#where}: ${key}: expected ${expected}, got ${got}`);
  }
}
