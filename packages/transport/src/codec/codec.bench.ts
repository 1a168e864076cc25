import { Packr } from 'msgpackr/pack';
import { bench, describe } from 'vitest';
import { createCodec } from './create-codec.js';

// What the checks of the codec cost beside a bare msgpackr. Run: vitest bench --project unit packages/transport

const codec = createCodec();
const bare = new Packr({ useRecords: false, moreTypes: true, variableMapSize: true });

const MESSAGES: Readonly<Record<string, unknown>> = {
  'a small message': { type: 'add', by: 2 },
  'an observation': { type: 'observe', step: 12, outcomes: [3, 1, 0], at: { x: 4, y: 7 } },
  '64 beliefs': { type: 'beliefs', posterior: new Float32Array(64).fill(1 / 64) },
  'a hundred rows': Array.from({ length: 100 }, (_, i) => ({ agent: i, action: i % 5, energy: i / 7 })),
};

for (const [name, message] of Object.entries(MESSAGES)) {
  const bytes = codec.encode(message);
  describe(`${name}, ${bytes.length} bytes`, () => {
    bench('encode', () => void codec.encode(message));
    bench('encode, bare msgpackr', () => void bare.pack(message));
    bench('decode', () => void codec.decode(bytes));
    bench('decode, bare msgpackr', () => void bare.unpack(bytes));
  });
}

describe('what msgpackr cannot say', () => {
  const message = { type: 'table', rows: new Map([[1, new Set([-0, 'a'])]]) };
  const bytes = codec.encode(message);
  bench('encode', () => void codec.encode(message));
  bench('decode', () => void codec.decode(bytes));
});
