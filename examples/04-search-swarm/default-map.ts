import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The path of `riverside.map`, from here or from the compiled copy of here in `dist`, where no map is. */
export function defaultMapPath(): string {
  const beside = new URL('maps/riverside.map', import.meta.url);
  const fromDist = new URL('../../04-search-swarm/maps/riverside.map', import.meta.url);
  return fileURLToPath(existsSync(beside) ? beside : fromDist);
}
