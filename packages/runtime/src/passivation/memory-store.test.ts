// At stake: a store in memory must not grow past its bounds, nor lose or mix up what it holds. Tried beside a plain map
// through random operations.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidOptionError, StateStoreFullError } from '../errors.js';
import { createMemoryStore } from './memory-store.js';

const ENTRIES_MAX = 3;
const BYTES_MAX = 40;

const key = fc.constantFrom('a', 'bb', 'ccc', 'dddd', 'e');
const operation = fc.oneof(
  fc.record({ do: fc.constant('save' as const), key, data: fc.uint8Array({ maxLength: 30 }) }),
  fc.record({ do: fc.constant('load' as const), key }),
  fc.record({ do: fc.constant('delete' as const), key }),
);

describe('a store in memory', () => {
  it('is a map with bounds', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 50 }), (operations) => {
        const store = createMemoryStore({ entriesMax: ENTRIES_MAX, bytesMax: BYTES_MAX });
        const model = new Map<string, Uint8Array>();
        const bytesOf = (map: Map<string, Uint8Array>): number =>
          [...map].reduce((sum, [name, data]) => sum + 2 * name.length + data.length, 0);
        for (const each of operations) {
          if (each.do === 'load') expect(store.load(each.key)).toEqual(model.get(each.key));
          else if (each.do === 'delete') {
            store.delete(each.key);
            model.delete(each.key);
          } else {
            const after = new Map(model).set(each.key, each.data);
            if (after.size > ENTRIES_MAX || bytesOf(after) > BYTES_MAX)
              expect(() => store.save(each.key, each.data)).toThrow(StateStoreFullError);
            else {
              store.save(each.key, each.data);
              model.set(each.key, each.data);
            }
          }
          expect([store.size, store.bytes]).toEqual([model.size, bytesOf(model)]);
        }
      }),
    );
  });

  it.each([{ entriesMax: 0 }, { bytesMax: 0 }, { bytesMax: Number.NaN }])('refuses %o', (options) => {
    expect(() => createMemoryStore(options)).toThrow(InvalidOptionError);
  });
});
