/** Telephones and the people who speak on them, as a part of the outside world. */
import { Hono } from 'hono'
import { putOnThePhone } from '../people/on-the-phone.ts'
import { type Persona, personaSchema } from '../people/persona.ts'
import type { CreateWorldPart } from '../world-part.ts'
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
      const { behaviour, ring_ms } = persona.phone
      return { behaviour, ringMs: ring_ms, voice: voiceOf(persona, number) }
    },
    onCall: (call) => {
      call.onChange(() => live.publish({ type: 'call', call: call.record }))
      live.publish({ type: 'call', call: call.record })
      const persona = call.direction === 'in' ? people.get(call.to) : undefined
      if (persona !== undefined) putOnThePhone({ persona, call, now })
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
    if (persona !== undefined) putOnThePhone({ persona, call, now })
    return call
  }

  const routes = new Hono()
  routes.route('/', createCallRoutes({ network, companyNumber: settings.company.phone, placeCall }))
  return {
    routes,
    stop: () => network.stop(),
  }
}
