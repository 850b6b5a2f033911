/** Puts a person on a telephone: the line's moments go to the rules, what the rules decide goes on the line. */
import type { PhoneCall } from '../phones/phone-call.ts'
import { Person } from './person.ts'
import type { Persona } from './persona.ts'

export interface OnThePhoneInput {
  readonly persona: Persona
  readonly call: PhoneCall
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** The person takes part in the call until it is over. */
export function putOnThePhone({ persona, call, now }: OnThePhoneInput): void {
  const ownNumber = call.direction === 'out' ? call.from : call.to
  const random = seededRandom(`${persona.name} ${ownNumber}`)
  const person = new Person({ persona, called: call.direction === 'in', ownNumber, random, now })
  let lineMs = 0
  call.onMoment(({ nowMs, heard }) => {
    lineMs = nowMs
    if (heard !== undefined) person.hear(heard.text, heard.fromMs, heard.toMs)
    const act = person.tick(nowMs)
    switch (act?.type) {
      case undefined:
        return
      case 'hang_up':
        call.hangUp()
        return
      case 'say':
        void call.say(act.text).then(() => person.said(lineMs))
        return
    }
  })
}

/** mulberry32 over an FNV-1a hash: the same person on the same phone has the same chances in each run. */
export function seededRandom(seed: string): () => number {
  let state = [...seed].reduce(
    (hash, char) => Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16_777_619),
    0x811c9dc5,
  )
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
