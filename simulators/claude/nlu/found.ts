/** What a reader of one kind of fact found in a sentence. */
export interface Found {
  readonly value: string
  /** The words it was read from. */
  readonly words: string
  /** 0-1. */
  readonly confidence: number
  /** The sentence without them; `|` stands where they were, so that nothing is read across the gap. */
  readonly rest: string
}

/** Takes `words` (found at `index`) out of `text`. */
export function found(
  text: string,
  match: { readonly index: number; readonly words: string },
  value: string,
  confidence: number,
): Found {
  const rest = `${text.slice(0, match.index)} | ${text.slice(match.index + match.words.length)}`
  return { value, words: match.words.trim(), confidence, rest: rest.replaceAll(/\s+/g, ' ').trim() }
}
