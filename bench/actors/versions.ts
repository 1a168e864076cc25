import { createRequire } from 'node:module';
import { cpus } from 'node:os';

/** What the figures were measured with. */
export interface Versions {
  readonly node: string;
  readonly v8: string;
  readonly cpu: string;
  readonly cores: number;
  /** By name. */
  readonly packages: Readonly<Record<string, string>>;
}

const PACKAGES = ['@skein/runtime', '@skein/transport', '@skein/agents', '@skein/inference'];
const OTHERS = ['msgpackr', 'piscina', 'xstate'];

/** Versions of Node, of our packages, and of what they rest on. */
export function readVersions(): Versions {
  const packages: Record<string, string> = {};
  const here = createRequire(import.meta.url);
  for (const name of PACKAGES) {
    const { version, dependencies = {} } = here(`${name}/package.json`) as {
      readonly version: string;
      readonly dependencies?: Readonly<Record<string, string>>;
    };
    packages[name] = version;
    for (const other of OTHERS) if (other in dependencies) packages[other] = dependencies[other]!; // pinned
  }
  const cores = cpus();
  return {
    node: process.version,
    v8: process.versions.v8,
    cpu: cores[0]?.model ?? '',
    cores: cores.length,
    packages,
  };
}
