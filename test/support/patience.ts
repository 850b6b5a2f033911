/** Waiting for what comes by itself, on machines that do much else. */
import { vi } from 'vitest'

/** How long something that must come is waited for. Only what never comes takes so long. */
export const PATIENCE_MS = 45_000

/** Tries until it throws nothing, and gives what it gave. */
export const eventually = <Result>(attempt: () => Result | Promise<Result>): Promise<Result> =>
  vi.waitFor(attempt, { timeout: PATIENCE_MS, interval: 20 })

/** Looks until there is something truthy, and gives that. */
export const untilThereIs = <Result>(look: () => Result | Promise<Result>) =>
  vi.waitUntil(look, { timeout: PATIENCE_MS, interval: 20 })
