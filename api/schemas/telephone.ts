/** What the API says of the telephone's technical side: messages of a call, carriers. */
import { z } from '@hono/zod-openapi'

const signallingMessageSchema = z.object({
  at: z.iso.datetime(),
  /** Seen from our gateway. */
  direction: z.enum(['in', 'out']),
  /** Address of the other side. */
  peer: z.string(),
  /** `INVITE`, or `200 OK` with the method it answers. */
  summary: z.string(),
  method: z.string(),
  /** null for a request. */
  status: z.number().int().nullable(),
  /** The whole message; credentials, keys and dialled digits are taken out. */
  text: z.string(),
})

export const signallingSchema = z
  .object({
    legs: z.array(
      z.object({
        leg_id: z.string(),
        messages: z.array(signallingMessageSchema),
        /** Messages that were too many to be kept. */
        dropped: z.number().int(),
      }),
    ),
  })
  .openapi('Signalling')

export const captureWishSchema = z
  .object({
    /** Whether what is said is kept too; else how its packets came, without their content. */
    with_sound: z.boolean(),
  })
  .openapi('CaptureWish')

/** Packets of a call that somebody has asked for. */
export const captureSchema = z
  .object({
    is_running: z.boolean(),
    with_sound: z.boolean(),
    /** So far, of all legs; of a call that is over 0. */
    packets: z.number().int(),
    /** There is something to download. */
    is_kept: z.boolean(),
  })
  .openapi('Capture')

export const gatewaysSchema = z
  .object({
    gateways: z.array(
      z.object({
        name: z.string(),
        readiness: z.enum(['ready', 'draining', 'temporal_unreachable', 'unreachable']),
        legs: z.number().int(),
        trunks: z.array(
          z.object({
            name: z.string(),
            channels: z.number().int(),
            channels_in_use: z.number().int(),
            calls_per_second: z.number(),
            registration: z.enum(['registering', 'registered', 'failed', 'stopped']).nullable(),
            /** The server that has registered us. */
            registrar: z.string().nullable(),
            servers: z.array(
              z.object({
                address: z.string(),
                transport: z.string(),
                /** null: not known, or not asked. */
                is_up: z.boolean().nullable(),
                /** Seconds for which it is left alone yet, as it has asked. */
                held_seconds: z.number(),
              }),
            ),
          }),
        ),
      }),
    ),
  })
  .openapi('Gateways')

export type Signalling = z.infer<typeof signallingSchema>
export type Capture = z.infer<typeof captureSchema>
export type Gateways = z.infer<typeof gatewaysSchema>
