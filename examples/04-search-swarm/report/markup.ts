/** A piece of HTML that is safe to place in a page. Made by {@link html} only. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What {@link html} takes in its gaps. `null` leaves nothing. */
export type MarkupPart = Markup | string | number | null | readonly Markup[];

/**
 * Writes HTML, with whatever stands in a gap escaped, so that a map called `<b>.map` stays a name; only other
 * markup goes in as it is. Attribute values must stand in double quotes.
 *
 * ```ts
 * html`<p title="${mapName}">${figures.map((figure) => html`<b>${figure}</b>`)}</p>`;
 * ```
 */
export function html(strings: TemplateStringsArray, ...parts: readonly MarkupPart[]): Markup {
  return new Markup(strings.map((string, i) => (i === 0 ? '' : textOf(parts[i - 1]!)) + string).join(''));
}

/** Text with the five characters replaced that mean something in HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** JSON for a `<script type="application/json">`: no `<` in it, so that nothing can end the script early. */
export function jsonScript(id: string, value: unknown): Markup {
  const json = JSON.stringify(value).replaceAll('<', '\\u003c');
  return new Markup(`<script type="application/json" id="${escapeHtml(id)}">${json}</script>`);
}

function textOf(part: MarkupPart): string {
  if (part === null) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  return part.map((markup) => markup.text).join('');
}
