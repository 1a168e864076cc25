/**
 * What an operation of a coalition asks of each agent of the swarm. Its row says which coalition the agent is in, 0 for none: so with each
 * of them all agents learn where they stand. Who is to be in none takes part, and says nothing; who is not where its row says declines, as does
 * who is no candidate. Plain data, the same for all agents.
 *
 * - `candidate`: its strengths, and behind them the report that is its belief. Row: 1 for those who are asked.
 * - `seat`: takes its place in a coalition numbered `newest` or above. Row: coalition, task, members (count).
 * - `confer`: its coalition and behind it the report of a member; with `precision`, that report behind both. Row: coalition.
 * - `lot`: its coalition and a number of a member, decided by (seed, draw, index) alone. Row: coalition.
 * - `share`: takes numbers in, by what is declared in `accepts`. Row: coalition, numbers; NaN for nothing.
 * - `speaker`: hears who speaks for it. Row: coalition, agent (index); -1 for nothing.
 */
export type CoalitionPart = { readonly kind: 'coalition' } & (
  | { readonly part: 'candidate'; readonly capabilities: readonly string[]; readonly belief?: string }
  | { readonly part: 'seat'; readonly newest: number; readonly tasks: readonly string[] }
  | { readonly part: 'confer'; readonly name: string; readonly precision?: string }
  | { readonly part: 'lot'; readonly draw: number }
  | { readonly part: 'share'; readonly name: string }
  | { readonly part: 'speaker'; readonly term: number }
);

/** What a member hears of its coalition. A new life of an agent has heard of nothing, and is in none. */
export type CoalitionNews =
  /** It is in a coalition of `size` members, which takes the task on. */
  | { readonly kind: 'joined'; readonly coalition: number; readonly task: string; readonly size: number }
  /** For each coalition and term at most one agent ever hears that it speaks. */
  | {
      readonly kind: 'speaker';
      readonly coalition: number;
      readonly term: number;
      readonly speaker: number;
      readonly isSpeaker: boolean;
    }
  /** It is not in the coalition any more. */
  | { readonly kind: 'left'; readonly coalition: number };

/** What is asked, but for its kind. */
// biome-ignore lint/suspicious/noExplicitAny: distributes over the kinds of parts
export type PartOf<P = CoalitionPart> = P extends any ? Omit<P, 'kind'> : never;

/** What an operation of a coalition asks of each agent. */
export function partOf(part: PartOf): CoalitionPart {
  return { kind: 'coalition', ...part } as CoalitionPart;
}
