export { keyedUniform, philox4x32, streamOf } from './keyed-random.js';
