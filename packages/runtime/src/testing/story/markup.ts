import { tidy } from './cells.js';

/** Markup that is finished: all foreign text in it is escaped. */
export interface Markup {
  readonly markup: string;
}

/** What may stand between two tags: text, which is escaped, or finished markup. */
export type Content = string | Markup | readonly Content[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * An element of HTML or SVG, written so that a reader of XML takes it too. Nothing but {@link trusted} gets past the
 * escaping of texts and attributes.
 */
export function element(
  tag: string,
  attributes: Readonly<Record<string, string | number | undefined>> = {},
  ...content: readonly Content[]
): Markup {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${escapeText(String(value))}"`);
  const inner = markupOf(content);
  const open = `<${tag}${written.join('')}`;
  return { markup: inner === '' && EMPTY.has(tag) ? `${open}/>` : `${open}>${inner}</${tag}>` };
}

/** Elements that may be written without an end tag, in HTML and in SVG. */
const EMPTY: ReadonlySet<string> = new Set(['meta', 'input', 'path', 'rect', 'circle', 'line']);

/** Text of our own that must stand as it is: a style, a script. Must not hold `</`, nor `&` or `<` if XML is to read it. */
export function trusted(markup: string): Markup {
  return { markup };
}

/** Several pieces as one, one a line. */
export function markupOf(content: Content): string {
  if (typeof content === 'string') return escapeText(content);
  return 'markup' in content ? content.markup : content.map(markupOf).join('');
}

function escapeText(text: string): string {
  return tidy(text).replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}
