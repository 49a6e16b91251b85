/** Text that is HTML already. Only {@link html} makes it, so whatever else reaches a page is escaped. */
export class Html {
  private constructor(readonly text: string) {}

  static of(strings: readonly string[], values: readonly HtmlValue[]): Html {
    const parts = strings.map((text, i) => (i === 0 ? text : render(values[i - 1]) + text));
    return new Html(parts.join(''));
  }
}

export type HtmlValue = string | number | null | undefined | Html | readonly Html[];

/**
 * A tagged template: what stands in the program is HTML, what is put in is text and is escaped, in
 * content and in double-quoted attributes alike (OWASP's five characters). Attributes must be quoted,
 * and nothing may be put into a script or a style.
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return Html.of(strings, values);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

function render(value: HtmlValue): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map((part) => part.text).join('');
  return escapeHtml(String(value));
}
