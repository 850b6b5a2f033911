/** Puts a person on a telephone: the line's moments go to the rules, what the rules decide goes on the line. */
import type { PhoneCall } from '../phones/phone-call.ts'
import { beep, murmur } from '../phones/sounds.ts'
import { AnsweringMachine } from './answering-machine.ts'
import { CallScreening } from './call-screening.ts'
import type { Callee } from './callee.ts'
import { isPlayedByClaude, mindOf } from './caller-minds.ts'
import type { ClaudeMindInput } from './claude-mind.ts'
import { Owner } from './owner.ts'
import { Person } from './person.ts'
import type { Persona } from './persona.ts'
import { Respondent } from './respondent.ts'
import { ThinkingCaller } from './thinking-caller.ts'
import { type VendorBook, VendorClerk } from './vendor-clerk.ts'

export interface OnThePhoneInput {
  readonly persona: Persona
  readonly call: PhoneCall
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** For a clerk of the vendor. */
  readonly book: VendorBook
  /** For callers whose head is Claude's. */
  readonly claude: ClaudeMindInput['claude']
}

/** The person takes part in the call until it is over. */
export function putOnThePhone(input: OnThePhoneInput): void {
  const { call } = input
  const pauseMs = input.persona.speech.pause_ms
  const person = calleeOf(input)
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
      case 'press':
        void call.pressDigits(act.digits)
        return
      case 'say':
        void call.say(act.text, { pauseMs }).then(() => person.said(lineMs))
        return
      case 'make_noise':
        void call.makeSound(murmur(act.ms)).then(() => person.said(lineMs))
        return
      case 'beep':
        void call.makeSound(beep()).then(() => person.said(lineMs))
        return
    }
  })
}

function calleeOf({ persona, call, now, book, claude }: OnThePhoneInput): Callee {
  const called = call.direction === 'in'
  if (called && persona.goal === 'take_vendor_orders') return new VendorClerk({ persona, book, now })
  if (called && persona.goal === 'take_alarms') return new Owner(persona)
  if (called && persona.goal === 'answer_questions') return new Respondent(persona)
  if (called && persona.goal === 'screen_calls') return new CallScreening(persona)
  if (called && persona.goal === 'take_messages') return new AnsweringMachine(persona)
  const ownNumber = called ? call.to : call.from
  if (!called && isPlayedByClaude(persona))
    return new ThinkingCaller(persona, mindOf({ persona, ownNumber, now }, claude))
  const random = seededRandom(`${persona.name} ${ownNumber}`)
  return new Person({ persona, called, ownNumber, random, now })
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
