import { workerData } from 'node:worker_threads';
import { compileModel } from '@skein/inference';
import { benchModel } from '../inference/models.js';
import { BareKernels } from './bare-kernels.js';
import type { KernelsHalf } from './shared-kernels.js';
import { type SharedRoundsData, serveRounds } from './shared-rounds.js';

const data = workerData as KernelsHalf & SharedRoundsData;
const { model, horizon } = benchModel(data.model);
const kernels = new BareKernels(compileModel(model, { horizon }), data.outcomes.length, data.actions);
serveRounds(data, () => kernels.step([data.outcomes]));
