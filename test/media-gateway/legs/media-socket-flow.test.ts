/** Several listeners on one leg, one of which does not keep up. */
import { EventEmitter } from 'node:events'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import { AUDIO_HEADER_BYTES, FRAME_SAMPLES, MEDIA_SOCKET_CLOSE } from '../../../domain/media-socket.ts'
import { MediaSocketConnection } from '../../../media-gateway/legs/media-socket-connection.ts'
import { tone } from '../../support/tones.ts'
import { type LegHarness, openLegs } from './harness.ts'

let harness: LegHarness
beforeEach(async () => {
  harness = await openLegs()
})
afterEach(() => harness.close())

/** A socket whose other side stops reading when the test says so. */
class StuckSocket extends EventEmitter {
  readonly OPEN = 1
  readyState = 1
  bufferedAmount = 0
  readonly cursors: number[] = []
  readonly closed = Promise.withResolvers<number>()
  send(data: string | Buffer): void {
    if (typeof data !== 'string' && data.length > AUDIO_HEADER_BYTES) this.cursors.push(data.readDoubleBE(0))
  }
  close(code: number): void {
    this.readyState = 2
    this.closed.resolve(code)
    this.emit('close')
  }
}

test('who does not read is let go, the others hear on, and with its cursor it misses nothing', async () => {
  const leg = await harness.answered()
  const { media } = leg
  if (media === undefined) throw new Error('not answered')
  harness.phone.speech.write(tone('PCMU', 600, 20_000))
  const reading = harness.attach(leg, 0)
  const stuck = new StuckSocket()
  let gone = 0
  const connection = new MediaSocketConnection(stuck as unknown as WebSocket, {
    logger: pino({ level: 'silent' }),
    speak: () => {},
    closed: () => gone++,
  })
  connection.open(media, false, 0)
  await reading.until(({ audio }) => audio.length >= 20)
  stuck.bufferedAmount = 2 * 1024 * 1024
  expect(await stuck.closed.promise).toBe(MEDIA_SOCKET_CLOSE.tooSlow)
  expect(gone).toBe(1)
  const reached = (stuck.cursors.at(-1) ?? 0) + FRAME_SAMPLES
  const count = stuck.cursors.length

  await reading.until(({ audio }) => (audio.at(-1)?.cursor ?? 0) > reached + 20 * FRAME_SAMPLES)
  expect(stuck.cursors.length).toBe(count)
  const again = harness.attach(leg, reached)
  await again.until(({ audio }) => audio.length >= 20)
  const both = [...stuck.cursors, ...again.audio.map(({ cursor }) => cursor)]
  expect(both).toEqual(both.map((_, i) => i * FRAME_SAMPLES))
  const heard = (cursor: number) => reading.audio.find((frame) => frame.cursor === cursor)?.frame
  for (const { cursor, frame } of again.audio.slice(0, 20)) expect(frame).toEqual(heard(cursor))
})
