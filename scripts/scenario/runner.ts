/** Plays a scenario on a system, tells its story as it happens, and judges it from the database and the wire. */
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { createDatabase, type Database } from '../../db/database.ts'
import type { Check } from './check.ts'
import { type EvidenceSources, gatherEvidence, type PersonEvidence } from './evidence.ts'
import type { Scenario } from './schema.ts'
import type { Condition, ScenarioFault } from './step-schema.ts'
import { playStep, type ScenarioPerson, type Stage } from './steps.ts'
import type { Target } from './target.ts'
import { type TimelineLine, timelineOf } from './timeline.ts'
import { conditionHolds, judge, judgeOrder } from './verdict.ts'
import { WorldClient } from './world-client.ts'

export interface ScenarioResult {
  readonly name: string
  readonly passed: boolean
  readonly seconds: number
  readonly checks: readonly Check[]
  readonly timeline: readonly TimelineLine[]
  /** National digits that each person had. */
  readonly numbers: Readonly<Record<string, string>>
  /** Why the story broke off before its end. */
  readonly error: string | null
}

/** How long no event may pass before the world (which does not notify) is looked at again. */
const LOOK_AGAIN_MS = 400
/** How long what nothing notifies of is looked for. */
const LOOK_LIMIT_MS = 30_000
/** What the last step started may still be on its way when the verdict is taken. */
const SETTLE_MS = 12_000

/** A step's condition did not come to hold in time. */
class WaitedInVain extends Error {}

/** @param options.judgesTimes false: how long something took does not count. */
export async function runScenario(
  scenario: Scenario,
  target: Target,
  onLine: (line: TimelineLine) => void = () => undefined,
  { judgesTimes = true }: { readonly judgesTimes?: boolean } = {},
): Promise<ScenarioResult> {
  const run = new ScenarioRun(scenario, target, onLine, judgesTimes)
  return run.play()
}

class ScenarioRun {
  readonly #scenario: Scenario
  readonly #target: Target
  readonly #onLine: (line: TimelineLine) => void
  readonly #judgesTimes: boolean
  readonly #world: WorldClient
  readonly #database: Database
  readonly #people = new Map<string, ScenarioPerson>()
  readonly #told = new Map<string, string>()
  readonly #own: TimelineLine[] = []
  /** Ids of the faults this scenario has switched on. */
  readonly #faults: string[] = []
  readonly #changes: pg.Client
  #onChange: () => void = () => undefined

  constructor(
    scenario: Scenario,
    target: Target,
    onLine: (line: TimelineLine) => void,
    judgesTimes: boolean,
  ) {
    this.#judgesTimes = judgesTimes
    this.#scenario = scenario
    this.#target = target
    this.#onLine = onLine
    const { host, ports } = target.settings
    const base = `http://${host}:${ports.world}`
    this.#world = target.openWorld?.(base) ?? new WorldClient(base)
    this.#database = createDatabase(target.settings.databaseUrl, 4)
    this.#changes = new pg.Client({ connectionString: target.settings.databaseUrl })
    this.#changes.on('error', () => undefined) // the database may be killed by the scenario itself
    this.#changes.on('notification', () => this.#onChange())
  }

  async play(): Promise<ScenarioResult> {
    const startedAt = Date.now()
    let error: string | null = null
    let checks: Check[] = []
    await this.#changes.connect()
    await this.#changes.query('listen daeri_events')
    try {
      for (const [name, { number, persona }] of Object.entries(this.#scenario.people)) {
        const person = { name, number: number === 'new' ? unusedNumber() : number, worldCalls: [] }
        this.#people.set(name, person)
        await this.#world.putPerson(person.number, persona)
      }
      for (const fault of this.#scenario.faults) await this.#addFault(fault)
      const stage = this.#stage()
      for (const step of this.#scenario.steps) await playStep(step, stage)
    } catch (caught) {
      error = caught instanceof Error ? caught.message : String(caught)
    }
    try {
      checks = await this.#judge()
    } catch (caught) {
      error ??= caught instanceof Error ? caught.message : String(caught)
    }
    const timeline = await this.#timeline().catch(() => [...this.#own])
    await this.#removeFaults()
    await this.#changes.end().catch(() => undefined)
    await this.#database.destroy()
    const passed = error === null && checks.length > 0 && checks.every((check) => check.passed)
    return {
      name: this.#scenario.name,
      passed,
      seconds: (Date.now() - startedAt) / 1000,
      checks,
      timeline,
      numbers: Object.fromEntries([...this.#people].map(([name, { number }]) => [name, number])),
      error,
    }
  }

  async #addFault(fault: ScenarioFault): Promise<void> {
    this.#faults.push(await this.#world.addFault(fault))
  }

  /** Only the scenario's own: on a running system others may be at work. One that struck out is gone already. */
  async #removeFaults(): Promise<void> {
    for (const id of this.#faults.splice(0)) await this.#world.removeFault(id).catch(() => undefined)
  }

  #stage(): Stage {
    return {
      target: this.#target,
      world: this.#world,
      person: (name) => this.#person(name),
      evidence: (person) => this.#evidence(person),
      wait: (condition) => this.#wait(condition),
      until: (what, find) => this.#until(what, find),
      addFault: (fault) => this.#addFault(fault),
      removeFaults: () => this.#removeFaults(),
      tell: (text) => this.#tell(text),
    }
  }

  async #until<Found>(what: string, find: () => Promise<Found | undefined>): Promise<Found> {
    const deadline = Date.now() + LOOK_LIMIT_MS
    for (;;) {
      const found = await find()
      if (found !== undefined) return found
      if (Date.now() > deadline) throw new WaitedInVain(`waited in vain until ${what}`)
      await delay(LOOK_AGAIN_MS)
    }
  }

  /** Looks after each notified change, and now and then for what only the world knows. */
  async #wait(condition: Condition): Promise<void> {
    const person = this.#person(condition.of)
    const deadline = Date.now() + condition.within_seconds * 1000
    for (;;) {
      const changed = new Promise<void>((resolve) => {
        this.#onChange = resolve
      })
      const holds = await this.#evidence(person).then(
        (evidence) => conditionHolds(condition, evidence),
        () => false, // a store that the scenario killed: it comes back
      )
      await this.#timeline().catch(() => undefined)
      if (holds) return
      if (Date.now() > deadline) {
        const { of: _of, within_seconds, ...wanted } = condition
        throw new WaitedInVain(
          `waited ${within_seconds} s in vain for ${JSON.stringify(wanted)} of ${person.name}`,
        )
      }
      await Promise.race([changed, delay(LOOK_AGAIN_MS)])
    }
  }

  /** The verdict; what is still on its way gets a moment, what is too much is found after it. */
  async #judge(): Promise<Check[]> {
    const deadline = Date.now() + SETTLE_MS
    for (;;) {
      const checks: Check[] = []
      for (const expectation of this.#scenario.expect) {
        const evidence = await this.#evidence(this.#person(expectation.of))
        checks.push(...judge(expectation, evidence, this.#judgesTimes))
        const before = expectation.outbound?.begun_after ?? []
        if (before.length > 0) checks.push(...judgeOrder(await this.#inTurn([...before, expectation.of])))
      }
      if (checks.every((check) => check.passed) || Date.now() > deadline) return checks
      await delay(LOOK_AGAIN_MS)
    }
  }

  #inTurn(names: readonly string[]) {
    return Promise.all(
      names.map(async (name) => ({ name, evidence: await this.#evidence(this.#person(name)) })),
    )
  }

  #evidence(person: ScenarioPerson): Promise<PersonEvidence> {
    const sources: EvidenceSources = {
      database: this.#database,
      settings: this.#target.settings,
      world: this.#world,
    }
    return gatherEvidence(sources, person.number, person.worldCalls)
  }

  async #timeline(): Promise<TimelineLine[]> {
    const lines = [...this.#own]
    for (const person of this.#people.values())
      lines.push(...timelineOf(person.name, await this.#evidence(person)))
    lines.sort((a, b) => a.at.getTime() - b.at.getTime())
    for (const line of lines) {
      if (this.#told.get(line.key) === line.text) continue
      this.#told.set(line.key, line.text)
      this.#onLine(line)
    }
    return lines
  }

  #tell(text: string): void {
    const at = new Date()
    const line: TimelineLine = { at, source: 'scenario', key: `own ${this.#own.length}`, text: `▸ ${text}` }
    this.#own.push(line)
    this.#told.set(line.key, line.text)
    this.#onLine(line)
  }

  #person(name: string): ScenarioPerson {
    const person = this.#people.get(name)
    if (person === undefined)
      throw new Error(`the scenario names a person "${name}" whom it does not describe`)
    return person
  }
}

/** 010 and eight digits that nobody in this system has used, with overwhelming likelihood. */
function unusedNumber(): string {
  return `010${String(Math.floor(20_000_000 + Math.random() * 79_999_999))}`
}
