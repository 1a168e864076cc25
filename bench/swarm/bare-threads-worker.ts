import { workerData } from 'node:worker_threads';
import { type BareWork, count } from './bare-work.js';
import { type SharedRoundsData, serveRounds } from './shared-rounds.js';

const data = workerData as BareWork & SharedRoundsData;
serveRounds(data, () => count(data.turns, data.result));
