/** Who owns which simulated phone number. */
import { join } from 'node:path'
import type { SipLogger } from '../../media-gateway/sip/index.ts'
import type { LiveEvents } from '../live-events.ts'
import { RecordFile } from '../record-file.ts'
import { type Persona, personaSchema } from './persona.ts'

/** The part of a pino logger that people and phones use. */
export type WorldLogger = SipLogger

/** A person as the world's API shows them. */
export interface PersonRecord {
  readonly id: string
  /** Digits only; the same as `id`. */
  readonly number: string
  readonly persona: Persona
}

export class PeopleDirectory {
  readonly #people: RecordFile<PersonRecord>
  readonly #live: LiveEvents

  constructor(folder: string, live: LiveEvents) {
    this.#people = new RecordFile(join(folder, 'people.jsonl'))
    this.#live = live
  }

  /** @throws ZodError when it is no persona. */
  put(number: string, persona: unknown): PersonRecord {
    const record = { id: number, number, persona: personaSchema.parse(persona) }
    this.#people.put(record)
    this.#live.publish({ type: 'people', people: this.list() })
    return record
  }

  get(number: string): Persona | undefined {
    return this.#people.get(number)?.persona
  }

  list(): PersonRecord[] {
    return this.#people.all()
  }
}
