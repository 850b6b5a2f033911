/** How evenly calls began. Pure. */

export interface Pace {
  readonly calls: number
  /** From the first to the last. */
  readonly perSecond: number
  /** Calls a second in the slowest and the fastest ten seconds that lie wholly within. */
  readonly slowest: number
  readonly fastest: number
  /** In any second, wherever it begins. */
  readonly mostInASecond: number
}

const TEN_SECONDS_MS = 10_000

/** @param atMs when each began, sorted: ms. */
export function paceOf(atMs: Float64Array): Pace {
  const first = atMs[0] ?? 0
  const last = atMs.at(-1) ?? first
  const tens = new Array<number>(Math.floor((last - first) / TEN_SECONDS_MS)).fill(0)
  let mostInASecond = 0
  let from = 0
  for (const [index, at] of atMs.entries()) {
    const ten = Math.floor((at - first) / TEN_SECONDS_MS)
    const counted = tens[ten]
    if (counted !== undefined) tens[ten] = counted + 1
    while (at - (atMs[from] ?? at) >= 1_000) from++
    mostInASecond = Math.max(mostInASecond, index - from + 1)
  }
  const rates = tens.map((calls) => calls / 10)
  const perSecond = last > first ? ((atMs.length - 1) / (last - first)) * 1_000 : 0
  return {
    calls: atMs.length,
    perSecond,
    slowest: rates.length === 0 ? perSecond : Math.min(...rates),
    fastest: rates.length === 0 ? perSecond : Math.max(...rates),
    mostInASecond,
  }
}
