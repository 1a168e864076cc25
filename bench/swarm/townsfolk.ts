import { defineAgent } from '@skein/agents';

/** For `createSystem({ modules })`. */
export const townModules: readonly URL[] = [new URL(import.meta.url)];

/** Who has nothing to do but to take part: what coordination costs, and nothing else. */
export const townsman = defineAgent<null, number>({
  name: 'townsman',
  mind: ({ index }) => ({ level: index, perceive: () => undefined, act: () => 0 }),
  reports: { level: ({ level }: { readonly level: number }) => level },
  votes: { level: { choices: 3, of: ({ level }: { readonly level: number }) => level % 3 } },
});
