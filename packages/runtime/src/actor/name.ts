/** Whether an actor or a definition may be called that: letters, digits, "_", "-" and ".". */
export function isName(name: unknown): name is string {
  return typeof name === 'string' && /^[\w.-]+$/.test(name);
}
