export { topicBroker } from './broker.js';
export { topicCoordinator } from './coordinator.js';

/** For `createSystem({ modules })`: the module of the actors behind topics, which `spawnTopics` starts. */
export const TOPICS_MODULE: string = import.meta.url;
