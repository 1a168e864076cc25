// At stake: a row goes to the actor that its column names, whether those are kept one by one or as a range. Tried on columns of slots that
// often lie in a row and are often of one generation, beside the arrays that they were made of.
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { ActorRef, type RefHost } from './actor-ref.js';
import { ColumnPart } from './column-part.js';
import { RefColumn } from './ref-column.js';

const host = {} as RefHost;
const step = fc.oneof({ arbitrary: fc.constant(1), weight: 9 }, fc.integer({ min: 2, max: 5 }));
const generation = fc.oneof({ arbitrary: fc.constant(1), weight: 9 }, fc.integer({ min: 2, max: 3 }));
const actors = fc.array(fc.record({ step, generation, isPart: fc.boolean() }), {
  minLength: 1,
  maxLength: 40,
});

test.prop([actors, fc.boolean()])('a part has the actors of its places', (those, isWhole) => {
  let slot = 0;
  const slots = those.map((one) => (slot += one.step));
  const refs = new RefColumn<never>(
    those.map((one, i) => new ActorRef(host, slots[i]!, one.generation, undefined)),
  );
  const indices = those.flatMap((one, i) => (isWhole || one.isPart ? [i] : []));
  fc.pre(indices.length > 0);
  const part = new ColumnPart(refs, 7, isWhole ? undefined : indices);
  const places = Array.from({ length: part.count }, (_, place) => place);
  expect(places.map((place) => part.slotAt(place))).toEqual(indices.map((i) => slots[i]));
  expect(places.map((place) => part.generationAt(place))).toEqual(indices.map((i) => those[i]!.generation));
});
