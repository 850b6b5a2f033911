/** HTML by template literals in which every value is escaped unless it is HTML already. */

/** Text that may go into a page as it is. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
  toString(): string {
    return this.text
  }
}

/** Marks our own constant text, e.g. a style sheet, as HTML. Never for anything from outside. */
export const trustedHtml = (text: string): Html => new Html(text)

type Value = string | number | Html | null | false | readonly Html[]

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (c) => ENTITIES[c] ?? c)

/** @example html`<p>${name}</p>` */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  const parts = strings.map((part, i) => part + (i < values.length ? render(values[i] ?? null) : ''))
  return new Html(parts.join(''))
}

function render(value: Value): string {
  if (value === null || value === false) return ''
  if (value instanceof Html) return value.text
  if (typeof value === 'object') return value.map((item) => item.text).join('')
  return escapeHtml(String(value))
}
