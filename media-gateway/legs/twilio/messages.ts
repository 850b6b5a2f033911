/**
 * Twilio Media Streams, as bots know them (bidirectional streams, protocol "Call" 1.0.0): JSON text frames, mu-law at 8 kHz in
 * base64. Numbers travel as strings, as they do there.
 */
import { z } from 'zod'

/** To the bot. */
export type StreamMessage =
  | { readonly event: 'connected'; readonly protocol: 'Call'; readonly version: '1.0.0' }
  | {
      readonly event: 'start'
      readonly sequenceNumber: string
      readonly streamSid: string
      readonly start: {
        readonly accountSid: string
        readonly streamSid: string
        readonly callSid: string
        readonly tracks: readonly ['inbound']
        readonly mediaFormat: {
          readonly encoding: 'audio/x-mulaw'
          readonly sampleRate: 8000
          readonly channels: 1
        }
        readonly customParameters: Readonly<Record<string, string>>
      }
    }
  | {
      readonly event: 'media'
      readonly sequenceNumber: string
      readonly streamSid: string
      readonly media: {
        readonly track: 'inbound'
        /** From 1. */
        readonly chunk: string
        /** ms since the stream's start. */
        readonly timestamp: string
        readonly payload: string
      }
    }
  | {
      readonly event: 'dtmf'
      readonly sequenceNumber: string
      readonly streamSid: string
      readonly dtmf: { readonly track: 'inbound_track'; readonly digit: string }
    }
  | {
      readonly event: 'mark'
      readonly sequenceNumber: string
      readonly streamSid: string
      readonly mark: { readonly name: string }
    }
  | {
      readonly event: 'stop'
      readonly sequenceNumber: string
      readonly streamSid: string
      readonly stop: { readonly accountSid: string; readonly callSid: string }
    }

const botMessage = z.discriminatedUnion('event', [
  z.object({ event: z.literal('media'), media: z.object({ payload: z.base64() }) }),
  z.object({ event: z.literal('mark'), mark: z.object({ name: z.string().max(500) }) }),
  z.object({ event: z.literal('clear') }),
])

/** From the bot; its `streamSid` is not looked at, the socket says which stream it is. */
export type BotMessage = z.infer<typeof botMessage>

/** @returns undefined for what can't be followed. */
export function parseBotMessage(text: string): BotMessage | undefined {
  try {
    return botMessage.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
