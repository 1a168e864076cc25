import type { Failure, RunReport } from '@skein/runtime/testing';

/** What has become of a failure. */
export interface ReplayVerdict {
  readonly law: string;
  readonly fails: boolean;
  /** What breaks now, and what broke when it was found. */
  readonly violation: Failure['violation'] | undefined;
  readonly was: Failure['violation'];
  /** Everything that happened, happened again. */
  readonly sameRun: boolean;
  readonly hash: string;
  readonly steps: number;
  readonly messages: number;
}

export function verdictOf(failure: Failure, { violation, hash, steps, messages }: RunReport): ReplayVerdict {
  return {
    law: failure.law,
    fails: violation !== undefined,
    violation: violation && { law: violation.law, text: violation.text },
    was: failure.violation,
    sameRun: hash === failure.hash,
    hash,
    steps,
    messages,
  };
}

/** For a person. */
export function verdictInWords({ fails, violation, was, sameRun, hash }: ReplayVerdict): string {
  if (!fails) {
    const why = sameRun ? 'The run is the same, so the law has changed.' : 'The program has changed since.';
    return `It does not fail any more. ${why}`;
  }
  if (sameRun) return `It fails as it did, in the same run (${hash}).`;
  const isOther = violation?.law !== was.law || violation.text !== was.text;
  const how = isOther ? `otherwise; it was ${was.law}: ${was.text}` : 'in another run';
  return `It still fails, but ${how}. The program has changed since.`;
}
