/** Packets of a call: asked for at the gateways while it lives, read from their sealed files at any time. */
import { z } from '@hono/zod-openapi'
import { askGateway } from '../activities/gateway-phones.ts'
import type { Settings } from '../config/settings.ts'
import type { CallId } from '../domain/ids.ts'
import {
  type CapturedPacket,
  captureFolder,
  MAX_CAPTURE_BYTES,
  openCapture,
} from '../domain/packet-capture.ts'
import type { Capture } from './schemas/telephone.ts'
import { type FilePlaces, hasSealedFiles, readSealedFolder } from './sealed-files.ts'

/** Heads and seals come to the packets. */
const MAX_FILE_BYTES = 2 * MAX_CAPTURE_BYTES

const stateSchema = z.object({
  legs: z.number(),
  isRunning: z.boolean(),
  withSound: z.boolean(),
  packets: z.number(),
})

type Wish = { readonly method: 'GET' | 'DELETE' } | { readonly method: 'POST'; readonly withSound: boolean }

/**
 * Asks all gateways: a call may have legs at several.
 * @returns null where none has a leg of it.
 */
export async function steerCapture(
  settings: Pick<Settings, 'gateways' | 'secret'>,
  callId: CallId,
  wish: Wish,
): Promise<Omit<Capture, 'is_kept'> | null> {
  const path = `/captures/${callId}${wish.method === 'POST' && wish.withSound ? '?sound=1' : ''}`
  const states = await Promise.all(
    settings.gateways.map((address) => askGateway(settings, address, path, stateSchema, wish.method)),
  )
  const there = states.filter((state) => state !== null).filter(({ legs }) => legs > 0)
  if (there.length === 0) return null
  return {
    is_running: there.some(({ isRunning }) => isRunning),
    with_sound: there.some(({ withSound }) => withSound),
    packets: there.reduce((sum, { packets }) => sum + packets, 0),
  }
}

/**
 * One sequence of packets a leg; none for a call of which none were captured, or are kept any more.
 * @throws CaptureError for a file of another key.
 */
export async function readCapture(
  { dataKey, ...places }: FilePlaces & { readonly dataKey: string },
  callId: CallId,
): Promise<readonly Iterable<CapturedPacket>[]> {
  const files = await readSealedFolder(places, captureFolder(callId), MAX_FILE_BYTES)
  return files.map(({ name, content }) => openCapture(name, content, [dataKey]))
}

/** Whether there is anything to read. */
export const isCaptureKept = (places: FilePlaces, callId: CallId): Promise<boolean> =>
  hasSealedFiles(places, captureFolder(callId))
