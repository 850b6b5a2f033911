/** Cuts streamed text into sentences that can be spoken as soon as each is complete. Pure. */

const TERMINATORS = '.?!。？！…'
const CLOSERS = `"'”’)]』」`
/** Latin abbreviations whose dot ends no sentence. */
const ABBREVIATIONS: ReadonlySet<string> = new Set([
  'mr',
  'mrs',
  'ms',
  'dr',
  'st',
  'no',
  'vs',
  'etc',
  'e.g',
  'i.e',
  'a.m',
  'p.m',
  'co',
  'ltd',
  'inc',
])
/** A first piece shorter than this ("네.") is spoken together with what follows: it would sound chopped. */
const SHORTEST = 2

/**
 * Takes text in pieces of any size and gives back whole sentences.
 * @example
 * const sentences = new SentenceSplitter()
 * sentences.push('네, 알겠습니다. 받으시는 ') // ['네, 알겠습니다.']
 * sentences.push('분은요?')                  // ['받으시는 분은요?']
 * sentences.end()                            // []
 */
export class SentenceSplitter {
  #rest = ''

  push(text: string): string[] {
    this.#rest += text
    return this.#take(false)
  }

  /** What is left, as a last sentence. */
  end(): string[] {
    const sentences = this.#take(true)
    const last = clean(this.#rest)
    this.#rest = ''
    return last === '' ? sentences : [...sentences, last]
  }

  #take(atEnd: boolean): string[] {
    const sentences: string[] = []
    for (let end = nextBoundary(this.#rest, atEnd); end > 0; end = nextBoundary(this.#rest, atEnd)) {
      const sentence = clean(this.#rest.slice(0, end))
      this.#rest = this.#rest.slice(end)
      if (sentence !== '') sentences.push(sentence)
    }
    return sentences
  }
}

/** All sentences of a whole text. */
export function splitSentences(text: string): string[] {
  const splitter = new SentenceSplitter()
  return [...splitter.push(text), ...splitter.end()]
}

/** Marks left over from a sentence that was handed out before they came are not spoken. */
const clean = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^[.?!。？！…"'”’)\]』」]+\s*/, '')

/** Index just past the first complete sentence, or 0. While text may still follow, its end is not a boundary. */
function nextBoundary(text: string, atEnd: boolean): number {
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    if (char === '\n' && clean(text.slice(0, at)) !== '') return at + 1
    if (!TERMINATORS.includes(char)) continue
    let end = at + 1
    while (end < text.length && `${TERMINATORS}${CLOSERS}`.includes(text.charAt(end))) end++
    const sentence = clean(text.slice(0, end))
    if (end >= text.length) return atEnd || endsForSure(text, at) ? end : 0
    // "3.5", "daeri.kr" and "e.g": the text goes on without a space. Korean full-width stops need none.
    const endsAnyway = '。？！'.includes(char)
    if (!/\s/.test(text.charAt(end)) && !endsAnyway) {
      at = end - 1
      continue
    }
    if ((char === '.' && isAbbreviation(sentence)) || spokenLength(sentence) < SHORTEST) {
      at = end - 1
      continue
    }
    return end
  }
  return 0
}

/** After Hangul a dot is a full stop; "?" and "!" always end: no need to wait for the next piece. */
function endsForSure(text: string, at: number): boolean {
  if (spokenLength(text.slice(0, at)) < SHORTEST) return false
  return text.charAt(at) !== '.' || /\p{Script=Hangul}/u.test(text.charAt(at - 1))
}

const spokenLength = (sentence: string): number => sentence.replace(/[\s\p{P}]/gu, '').length

/** "Dr.", "p.m." or the number of a list ("1."). */
function isAbbreviation(sentence: string): boolean {
  const word = sentence.slice(0, -1).split(' ').at(-1) ?? ''
  return ABBREVIATIONS.has(word.toLowerCase()) || /^\d{1,2}$/.test(word) || /^[A-Z]$/.test(word)
}
