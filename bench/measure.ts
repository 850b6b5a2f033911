/** Times of two ways to the same end, taken in turns, so that both meet the same moments of a busy machine. */

interface Times {
  readonly p50Ms: number
  readonly p95Ms: number
}

export interface Comparison {
  readonly ours: Times
  readonly raw: Times
}

/**
 * Runs both with the same number, warm, in alternating order.
 * @param run gets the number of the run, to ask something else each time.
 */
export async function compare(
  runs: number,
  ours: (run: number) => Promise<unknown>,
  raw: (run: number) => Promise<unknown>,
): Promise<Comparison> {
  const warmUp = Math.min(20, runs)
  for (let run = 0; run < warmUp; run++) {
    await ours(run)
    await raw(run)
  }
  const times = { ours: [] as number[], raw: [] as number[] }
  for (let run = 0; run < runs; run++) {
    const takeOurs = async () => times.ours.push(await time(() => ours(run)))
    const takeRaw = async () => times.raw.push(await time(() => raw(run)))
    if (run % 2 === 0) {
      await takeOurs()
      await takeRaw()
    } else {
      await takeRaw()
      await takeOurs()
    }
  }
  return { ours: quantiles(times.ours), raw: quantiles(times.raw) }
}

/** In milliseconds. */
export async function time(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await act()
  return performance.now() - start
}

function quantiles(times: readonly number[]): Times {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { p50Ms: at(0.5), p95Ms: at(0.95) }
}
