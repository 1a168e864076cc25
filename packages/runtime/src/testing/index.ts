/**
 * For tests: systems on a simulated clock.
 *
 * @packageDocumentation
 */
export { SimulatedClock } from '../time/simulated-clock.js';
export { createTestSystem, type TestSystem, type TestSystemOptions } from './test-system.js';
