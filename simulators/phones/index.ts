/** Telephones and the people who speak on them, as a part of the outside world. */
import { Hono } from 'hono'
import { putOnThePhone } from '../people/on-the-phone.ts'
import { type Persona, personaSchema } from '../people/persona.ts'
import { deskBook } from '../people/vendor-book.ts'
import type { CreateWorldPart, WorldContext } from '../world-part.ts'
import { type PlaceCallInput, TelephoneNetwork } from './network.ts'
import type { PhoneCall } from './phone-call.ts'
import { createCallRoutes } from './routes.ts'

/** Pitch of a voice: carries nothing, but lets two people sound different. */
const PITCHES_HZ = [118, 196, 142, 226] as const

const voiceOf = (persona: Persona | undefined, number: string) => ({
  pace: persona?.speech.pace ?? 6.2,
  pitch: PITCHES_HZ[Number(number.slice(-2)) % PITCHES_HZ.length] ?? PITCHES_HZ[0],
})

/**
 * Opens the telephone network on `settings.ports.worldSip`; the company's gateway is expected at
 * `settings.host`, `settings.ports.sip`.
 */
export const createTelephones: CreateWorldPart = async (context) => {
  const { settings, live, faults, logger, now, people } = context
  const book = deskBook(context.origin)
  seedCallees(context)

  const network = await TelephoneNetwork.start({
    host: settings.host,
    port: settings.ports.worldSip,
    company: { host: settings.host, port: settings.ports.sip },
    logger,
    faults,
    now,
    habitsOf: (number) => {
      const persona = people.get(number)
      if (persona === undefined) return undefined
      const { behaviour, ring_ms, hours } = persona.phone
      const isThere = hours === undefined || isWithin(hours, now())
      return {
        behaviour: isThere ? behaviour : 'no_answer',
        ringMs: ring_ms,
        voice: voiceOf(persona, number),
      }
    },
    onCall: (call) => {
      call.onChange(() => live.publish({ type: 'call', call: call.record }))
      live.publish({ type: 'call', call: call.record })
      const persona = call.direction === 'in' ? people.get(call.to) : undefined
      if (persona !== undefined) putOnThePhone({ persona, call, now, book, claude: settings.claude })
    },
  })

  const placeCall = async (
    input: PlaceCallInput & { readonly persona?: unknown; readonly codec?: 'PCMU' | 'PCMA' },
  ): Promise<PhoneCall> => {
    const { from, to, codec } = input
    const persona = input.persona === undefined ? people.get(from) : personaSchema.parse(input.persona)
    // Who phones with a persona of their own keeps it: texts that follow are read by the same person.
    if (input.persona !== undefined) people.put(from, persona)
    const codecs = codec === undefined ? {} : { codecs: [codec] }
    const call = await network.placeCall({ from, to, voice: voiceOf(persona, from), ...codecs })
    if (persona !== undefined) putOnThePhone({ persona, call, now, book, claude: settings.claude })
    return call
  }

  const routes = new Hono()
  routes.route('/', createCallRoutes({ network, companyNumber: settings.company.phone, placeCall }))
  return {
    routes,
    stop: () => network.stop(),
  }
}

const HOUR_MS = 3_600_000

/** @param nowMs milliseconds since 1970. */
function isWithin({ from, to }: { readonly from: number; readonly to: number }, nowMs: number): boolean {
  const hour = Math.floor(nowMs / HOUR_MS + 9) % 24
  return from <= to ? hour >= from && hour < to : hour >= from || hour < to
}

/** Whom the company calls: the vendor's clerk and the owner, unless somebody else holds their phones. */
function seedCallees({ settings, people }: WorldContext): void {
  if (!settings.standIns.telephone) return
  const { vendor, owner } = settings
  if (vendor.phone !== undefined && people.get(vendor.phone) === undefined)
    people.put(vendor.phone, { name: '꽃마을 접수 담당', goal: 'take_vendor_orders' })
  if (owner.phone !== undefined && people.get(owner.phone) === undefined)
    people.put(owner.phone, { name: '대표', goal: 'take_alarms' })
}
