import { InvalidOptionError } from '../errors.js';

/** What a system was given as `extensions[name]`. @throws InvalidOptionError for a name that it was not given */
export function extensionIn(extensions: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(extensions, name)) return extensions[name];
  const known = Object.keys(extensions).join(', ') || 'none';
  throw new InvalidOptionError('extension', name, `one of the system's extensions (${known})`);
}
