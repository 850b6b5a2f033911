/** How surely each word of what somebody said was recognised, and which of them a value rests on. Pure. */

/** A word as it stands in the recognised text, punctuation included. */
export interface HeardWord {
  readonly text: string
  /** 0-1. */
  readonly confidence: number
}

/** Letters and digits alone, as they are compared: "010-1234" and "0101234" are the same. */
const plain = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/[\s\p{P}]/gu, '')
    .toLowerCase()

/** All of them in one string, and whose letter each is. */
function lettersOf(heard: readonly HeardWord[]) {
  const owners: number[] = []
  let letters = ''
  for (const [index, { text }] of heard.entries()) {
    const own = plain(text)
    letters += own
    for (let at = 0; at < own.length; at++) owners.push(index)
  }
  return { letters, owners }
}

/**
 * How surely the words were heard on which a value rests. Where the value itself was said, its least sure word tells; where it
 * was said in other words ("공일공 …"), the mean of the words that the model quotes for it.
 * @param quote what the customer said for the value, as the model gives it.
 * @returns 0-1; null where neither was said, or nobody tells of single words.
 * @example confidenceOf('홍길동', '홍길동이요', [{ text: '저는', confidence: 0.9 }, { text: '홍길동이요.', confidence: 0.3 }]) // 0.3
 */
export function confidenceOf(value: string, quote: string, heard: readonly HeardWord[]): number | null {
  const { letters, owners } = lettersOf(heard)
  const said = placesOf(plain(value), letters)
  if (said.length > 0) {
    const leastSure = ({ from, to }: Place) =>
      Math.min(...owners.slice(from, to).map((index) => heard[index]?.confidence ?? 0))
    const beginsWord = said.filter(({ from }) => from === 0 || owners[from] !== owners[from - 1])
    // Said twice, the better hearing counts; a beginning within another word ("3" in "13호") may be no hearing at all.
    return beginsWord.length > 0 ? Math.max(...beginsWord.map(leastSure)) : Math.min(...said.map(leastSure))
  }
  const [quoted] = placesOf(plain(quote), letters)
  if (quoted === undefined) return null
  const confidences = owners.slice(quoted.from, quoted.to).map((index) => heard[index]?.confidence ?? 0)
  return confidences.reduce((sum, one) => sum + one, 0) / confidences.length
}

interface Place {
  readonly from: number
  readonly to: number
}

function placesOf(wanted: string, letters: string): Place[] {
  const places: Place[] = []
  if (wanted === '') return places
  for (let from = letters.indexOf(wanted); from >= 0; from = letters.indexOf(wanted, from + 1))
    places.push({ from, to: from + wanted.length })
  return places
}

/**
 * The words of a text as it is displayed, each as sure as the spoken ones behind it: a recogniser tells of words as they were
 * spoken ("공일공 일이삼사"), and displays them in another form ("010-1234"). What stands between two words that are the same in
 * both belongs together.
 * @param confidence for what nothing is told of, 0-1.
 */
export function displayedWords(
  display: string,
  spoken: readonly HeardWord[],
  confidence: number,
): readonly HeardWord[] {
  const shown = display.split(/\s+/).filter((text) => text !== '')
  const words: HeardWord[] = []
  let shownFrom = 0
  let spokenFrom = 0
  const between = (shownTo: number, spokenTo: number) => {
    const behind = spoken.slice(spokenFrom, spokenTo).map((word) => word.confidence)
    const least = behind.length === 0 ? confidence : Math.min(...behind)
    for (const text of shown.slice(shownFrom, shownTo)) words.push({ text, confidence: least })
  }
  for (const [shownAt, spokenAt] of sameWords(shown, spoken)) {
    between(shownAt, spokenAt)
    words.push({ text: shown[shownAt] ?? '', confidence: spoken[spokenAt]?.confidence ?? confidence })
    shownFrom = shownAt + 1
    spokenFrom = spokenAt + 1
  }
  between(shown.length, spoken.length)
  return words
}

/** Index pairs of the longest common sequence. */
function sameWords(shown: readonly string[], spoken: readonly HeardWord[]): [number, number][] {
  const a = shown.map(plain)
  const b = spoken.map(({ text }) => plain(text))
  const lengths = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0))
  const lengthAt = (i: number, j: number): number => lengths[i]?.[j] ?? 0
  const isSame = (i: number, j: number): boolean => a[i] !== '' && a[i] === b[j]
  for (let i = a.length - 1; i >= 0; i--) {
    const row = lengths[i] ?? []
    for (let j = b.length - 1; j >= 0; j--)
      row[j] = isSame(i, j) ? lengthAt(i + 1, j + 1) + 1 : Math.max(lengthAt(i + 1, j), lengthAt(i, j + 1))
  }
  const pairs: [number, number][] = []
  let i = 0
  let j = 0
  while (i < a.length && j < b.length) {
    if (isSame(i, j)) pairs.push([i++, j++])
    else if (lengthAt(i + 1, j) >= lengthAt(i, j + 1)) i++
    else j++
  }
  return pairs
}
