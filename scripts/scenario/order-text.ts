/** Names and halls are compared as a reader would: without regard to spaces and honorifics around them. */
export function normalizeOrderText(text: string | null): string | null {
  if (text === null) return null
  return text
    .replaceAll(/\s+/g, '')
    .replace(/님$/, '')
    .replace(/[.。]$/, '')
}
