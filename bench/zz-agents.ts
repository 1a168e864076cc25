import { defineAgent } from '@skein/agents';
import { benchModel } from './inference/models.js';
export const ii = defineAgent({ name: 'ii', model: benchModel('ii').model });
