/** At which gateway a telephone of ours is registered. */
import { z } from 'zod'
import type { Settings } from '../config/settings.ts'
import { gatewayStateToken } from '../domain/media-socket-token.ts'

/** A page, or a caller, waits for it. */
const ANSWER_MS = 1_500

const registeredSchema = z.object({ isRegistered: z.boolean() })
const nameSchema = z.object({ name: z.string() })

export type GatewaySettings = Pick<Settings, 'gateways' | 'secret'>

/** Name of the gateway at which it is registered; null: at none that answers. */
export async function findPhone(settings: GatewaySettings, extension: string): Promise<string | null> {
  const found = await Promise.all(
    settings.gateways.map(async (address) => {
      const phone = await askGateway(settings, address, `/phones/${extension}`, registeredSchema)
      if (phone?.isRegistered !== true) return null
      return (await askGateway(settings, address, '/state', nameSchema))?.name ?? null
    }),
  )
  return found.find((name) => name !== null) ?? null
}

/** Whether it is registered at any gateway that answers. */
export async function isPhoneOn(settings: GatewaySettings, extension: string): Promise<boolean> {
  const answers = await Promise.all(
    settings.gateways.map((address) =>
      askGateway(settings, address, `/phones/${extension}`, registeredSchema),
    ),
  )
  return answers.some((phone) => phone?.isRegistered === true)
}

/** null: no answer, or none that we understand. @param address host:port of its media socket. */
export async function askGateway<Schema extends z.ZodType>(
  { secret }: Pick<Settings, 'secret'>,
  address: string,
  path: string,
  schema: Schema,
  method: 'GET' | 'POST' | 'DELETE' = 'GET',
): Promise<z.infer<Schema> | null> {
  try {
    const response = await fetch(`http://${address}${path}`, {
      method,
      headers: { authorization: `Bearer ${gatewayStateToken(secret)}` },
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    return schema.parse(await response.json())
  } catch {
    return null
  }
}
