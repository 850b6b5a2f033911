/** What was kept of a talk, and what came out of a telephone that we called. */
import { bare, type Check, countHolds, show } from './check.ts'
import type { KeptTurn, PersonEvidence } from './evidence.ts'
import type { Expectation } from './schema.ts'

type WantedTurn = NonNullable<Expectation['turns']>[number]

/** One check for each wanted turn. */
export function judgeTurns({ turns = [] }: Expectation, { keptTurns }: PersonEvidence): Check[] {
  return turns.map((wanted) => {
    const found = keptTurns.filter((turn) => isTurn(wanted, turn)).length
    const passed = countHolds(wanted.times, found)
    const kept = keptTurns.filter(({ by }) => by === wanted.by)
    const told = kept.map(({ text, interrupted }) => (interrupted ? `${text} [cut]` : text))
    return {
      what: `kept turns: ${sentence(wanted)}`,
      passed,
      expected: show(wanted.times),
      actual: passed ? show(found) : `${found} of: ${show(told)}`,
    }
  })
}

function isTurn({ by, says, whole, interrupted }: WantedTurn, turn: KeptTurn): boolean {
  if (turn.by !== by || (interrupted !== undefined && turn.interrupted !== interrupted)) return false
  if (whole !== undefined && bare(turn.text) !== bare(whole)) return false
  return says === undefined || bare(turn.text).includes(bare(says))
}

function sentence({ by, says, whole, interrupted }: WantedTurn): string {
  const words = whole === undefined ? says : `nothing but ${whole}`
  const said = words === undefined ? `${by} spoke` : `${by} said "${words}"`
  if (interrupted === undefined) return said
  return `${said}, ${interrupted ? 'and was broken into' : 'and was heard out'}`
}

/** As decoded from the wire at the person's end. */
export function judgeReceived({ received: wanted }: Expectation, { receivedCalls }: PersonEvidence): Check[] {
  if (wanted === undefined) return []
  const checks: Check[] = []
  if (wanted.calls !== undefined)
    checks.push({
      what: 'calls that reached their telephone',
      passed: countHolds(wanted.calls, receivedCalls.length),
      expected: show(wanted.calls),
      actual: show(receivedCalls.length),
    })
  const transcript = receivedCalls.at(-1)?.transcript ?? []
  const all = bare(transcript.flatMap(({ speaker, text }) => (speaker === 'them' ? [text] : [])).join(' '))
  let from = 0
  for (const text of wanted.heard) {
    const at = all.indexOf(bare(text), from)
    if (at >= 0) from = at
    const actual = at >= 0 ? 'heard' : `not heard: ${all}`
    checks.push({
      what: `their telephone let "${text}" be heard`,
      passed: at >= 0,
      expected: 'heard',
      actual,
    })
  }
  for (const text of wanted.not_heard) {
    const isHeard = all.includes(bare(text))
    const actual = isHeard ? 'heard' : 'not heard'
    checks.push({
      what: `their telephone did not let "${text}" be heard`,
      passed: !isHeard,
      expected: 'not heard',
      actual,
    })
  }
  return checks
}
