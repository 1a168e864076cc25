import { raceLaw } from './race.test-fixtures.js';

export const mended: readonly unknown[] = [raceLaw(1)];
