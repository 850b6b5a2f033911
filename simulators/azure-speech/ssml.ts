/** The spoken text of an SSML document. */

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Rate of `<prosody rate>` as a factor; 1 where none is given. */
export function rateOf(ssml: string): number {
  const rate = /<prosody[^>]*\srate\s*=\s*["']([+-]?[\d.]+)(%?)["']/i.exec(ssml)
  if (rate === null) return 1
  const value = Number(rate[1])
  return rate[2] === '%' ? 1 + value / 100 : value
}

/**
 * Tags out, entities resolved, blanks collapsed; `<break/>` becomes a comma. What `<sub>` has read aloud is carried as it is
 * written, since a listener takes "팔만 원" down as 8만 원.
 */
export function spokenText(ssml: string): string {
  return ssml
    .replace(/<\?[^>]*\?>|<!--[\s\S]*?-->/g, '')
    .replace(/<break\b[^>]*>/gi, ', ')
    .replace(/<\/?(p|s|paragraph|sentence)\b[^>]*>/gi, ' ')
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (all, hex?: string, decimal?: string, name?: string) => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
      if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
      return ENTITIES[name ?? ''] ?? all
    })
    .replace(/\s+/g, ' ')
    .trim()
}
