/** An element of a page as its reader gets it. */
export interface PageElement {
  readonly tag: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: (PageElement | string)[];
}

const TOKEN = /<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?: [a-zA-Z-]+="[^"<>]*")*)(\/?)>|([^<>]+)/y;
const STRAY_AMPERSAND = /&(?!(?:amp|lt|gt|quot|#39);)/;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/**
 * Reads a page as strictly as XML is read: tags are balanced, attributes quoted, and no `<`, `>` or `&` stands for
 * itself but in styles and scripts, where `>` may.
 *
 * @throws Error with the place, if it is not well-formed
 */
export function readPage(page: string): PageElement {
  const doctype = '<!DOCTYPE html>\n';
  if (!page.startsWith(doctype)) throw new Error('no doctype');
  const root: PageElement = { tag: '', attributes: new Map(), children: [] };
  const open = [root];
  for (let at = doctype.length; at < page.length; ) {
    const parent = open.at(-1)!;
    if (parent.tag === 'style' || parent.tag === 'script') {
      const end = page.indexOf(`</${parent.tag}>`, at);
      const raw = page.slice(at, end);
      if (/[<&]/.test(raw)) throw new Error(`markup in ${parent.tag}`);
      parent.children.push(raw);
      at = end;
    }
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(page);
    const around = page.slice(Math.max(0, at - 40), at + 80);
    if (token === null || STRAY_AMPERSAND.test(token[0]))
      throw new Error(`not well-formed at ${at}: ${around}`);
    const [whole, closing, tag, attributes, empty, text] = token;
    at += whole.length;
    if (text !== undefined) parent.children.push(decode(text));
    else if (closing === '/') {
      if (open.pop()!.tag !== tag) throw new Error(`</${tag}> closes another tag at ${at}: ${around}`);
    } else {
      const pairs = Array.from(attributes!.matchAll(/([a-zA-Z-]+)="([^"]*)"/g), (match): [string, string] => [
        match[1]!,
        decode(match[2]!),
      ]);
      const element: PageElement = { tag: tag!, attributes: new Map(pairs), children: [] };
      if (element.attributes.size < pairs.length) throw new Error(`an attribute twice at ${at}: ${around}`);
      open.at(-1)!.children.push(element);
      if (empty === '') open.push(element);
    }
  }
  if (open.length !== 1) throw new Error(`<${open.at(-1)!.tag}> is not closed`);
  return root;
}

/** An element and all below it, in order. */
export function allOf(element: PageElement): PageElement[] {
  return [element, ...element.children.flatMap((child) => (typeof child === 'string' ? [] : allOf(child)))];
}

/** The text of an element and all below it. */
export function textOf(element: PageElement): string {
  return element.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('');
}

function decode(text: string): string {
  return text.replace(/&([^;]+);/g, (_, name: string) => ENTITIES[name]!);
}
