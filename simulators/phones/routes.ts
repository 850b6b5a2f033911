/** `/world/api/calls`: calls between simulated phones and the company, by hand or by program. */
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { DigitError } from '../../media-gateway/rtp/index.ts'
import { type PersonaInput, personaSchema } from '../people/persona.ts'
import type { TelephoneNetwork } from './network.ts'
import { type PhoneCall, PhoneCallError } from './phone-call.ts'

const number = z
  .string()
  .transform((text) => text.replace(/\D/g, ''))
  .pipe(z.string().min(3).max(15))

const startSchema = z.strictObject({
  from: number,
  /** Default: the company. */
  to: number.optional(),
  /** Absent: the person who owns the number, or nobody (typed by hand). */
  persona: personaSchema.optional(),
  /** The only law offered; default both. */
  codec: z.enum(['PCMU', 'PCMA']).optional(),
})
const saySchema = z.strictObject({ text: z.string().min(1).max(2000) })
const digitsSchema = z.strictObject({ digits: z.string().min(1).max(64) })

export interface CallRoutesInput {
  readonly network: TelephoneNetwork
  readonly companyNumber: string
  /** Lets the person speak and listen in a call that was just placed. */
  readonly placeCall: (input: {
    readonly from: string
    readonly to: string
    readonly persona?: PersonaInput
    readonly codec?: 'PCMU' | 'PCMA'
  }) => Promise<PhoneCall>
}

type ErrorStatus = 404 | 409 | 422

const problem = (c: Context, status: ErrorStatus, code: string, message: string) =>
  c.json({ error: { code, message } }, status)

/** Checks a body; the answer to a wrong one is 422. */
async function bodyOf<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(await c.req.json().catch(() => undefined))
}

export function createCallRoutes({ network, companyNumber, placeCall }: CallRoutesInput): Hono {
  const routes = new Hono()
  const withCall = async (c: Context, act: (call: PhoneCall) => Response | Promise<Response>) => {
    const call = network.call(c.req.param('id') ?? '')
    return call === undefined ? problem(c, 404, 'NOT_FOUND', 'no such call') : act(call)
  }

  routes.onError((error, c) => {
    if (error instanceof z.ZodError) return problem(c, 422, 'INVALID', z.prettifyError(error))
    if (error instanceof DigitError) return problem(c, 422, 'INVALID', error.message)
    if (error instanceof PhoneCallError) return problem(c, 409, 'STATE', error.message)
    throw error
  })
  routes.get('/world/api/calls', (c) => {
    const to = c.req.query('to')
    const records = network.calls.map(({ record }) => record)
    return c.json({ calls: to === undefined ? records : records.filter((call) => call.to === to) })
  })
  routes.post('/world/api/calls', async (c) => {
    const { from, to, persona, codec } = await bodyOf(c, startSchema)
    const call = await placeCall({
      from,
      to: to ?? companyNumber,
      ...(persona === undefined ? {} : { persona }),
      ...(codec === undefined ? {} : { codec }),
    })
    return c.json(call.record, 201)
  })
  routes.get('/world/api/calls/:id', (c) => withCall(c, (call) => c.json(call.record)))
  routes.post('/world/api/calls/:id/say', (c) =>
    withCall(c, async (call) => {
      const { text } = await bodyOf(c, saySchema)
      void call.say(text)
      return c.json(call.record, 202)
    }),
  )
  routes.post('/world/api/calls/:id/digits', (c) =>
    withCall(c, async (call) => {
      const { digits } = await bodyOf(c, digitsSchema)
      await call.pressDigits(digits)
      return c.json(call.record)
    }),
  )
  routes.post('/world/api/calls/:id/hangup', (c) =>
    withCall(c, (call) => {
      call.hangUp()
      return c.json(call.record)
    }),
  )
  routes.post('/world/api/calls/:id/answer', (c) =>
    withCall(c, async (call) =>
      (await network.answer(call))
        ? c.json(call.record)
        : problem(c, 409, 'STATE', 'the phone does not ring'),
    ),
  )
  return routes
}
