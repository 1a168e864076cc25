/** Why a law says no: `''` for a bare `false`; undefined if it does not. */
export function refusalOf(verdict: () => unknown, onThrown?: (error: unknown) => void): string | undefined {
  let said: unknown;
  try {
    said = verdict();
  } catch (error) {
    onThrown?.(error);
    return textOf(error);
  }
  if (said === false) return '';
  return typeof said === 'string' ? said : undefined;
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
