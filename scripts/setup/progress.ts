/** Tells a waiting person what set-up is doing; every long step shows that it is alive. */

export interface Progress {
  /** Runs one step, showing its name, a moving line while it lasts, and how long it took. */
  step<Result>(name: string, run: (tell: (detail: string) => void) => Promise<Result>): Promise<Result>
  /** A step that may fail because another way follows; undefined when it did. */
  attempt<Result>(name: string, run: () => Promise<Result>): Promise<Result | undefined>
  line(text: string): void
}

const TICK_MS = 10_000

/** Progress on a terminal or in a CI log: whole lines only, so that nothing is lost in a file. */
export function consoleProgress(
  write: (text: string) => void = (text) => process.stdout.write(text),
): Progress {
  return {
    line: (text) => write(`${text}\n`),
    async attempt(name, run) {
      try {
        return await this.step(name, run)
      } catch {
        write('    (not possible here; taking the next way)\n')
        return undefined
      }
    },
    async step(name, run) {
      const startedAt = Date.now()
      const seconds = () => `${Math.round((Date.now() - startedAt) / 1000)} s`
      let detail = ''
      const ticker = setInterval(
        () => write(`  … ${name} (${seconds()})${detail ? `: ${detail}` : ''}\n`),
        TICK_MS,
      )
      try {
        const result = await run((text) => {
          detail = text
        })
        if (Date.now() - startedAt > 1500) write(`  ✓ ${name} (${seconds()})\n`)
        return result
      } catch (error) {
        write(`  – ${name}: failed after ${seconds()}\n`)
        throw error
      } finally {
        clearInterval(ticker)
      }
    },
  }
}

/** For tests: says nothing. */
export const silentProgress: Progress = {
  line: () => undefined,
  step: (_name, run) => run(() => undefined),
  attempt: (_name, run) => run().catch(() => undefined),
}
