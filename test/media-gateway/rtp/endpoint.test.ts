import { afterEach, describe, expect, test } from 'vitest'
import { type Codec, FRAME_SAMPLES } from '../../../domain/media-socket.ts'
import {
  answerSdpOffer,
  buildSdpOffer,
  decodeG711,
  FrameQueue,
  frameClock,
  RtpEndpoint,
  readSdpAnswer,
  SILENCE,
} from '../../../media-gateway/rtp/index.ts'

const HOST = '127.0.0.1'

interface Side {
  readonly endpoint: RtpEndpoint
  readonly speech: FrameQueue
  readonly heard: { readonly frame: Uint8Array; readonly cursor: number }[]
  readonly digits: { readonly digit: string; readonly durationMs: number }[]
  heardSamples(count: number): Promise<void>
}

const open: RtpEndpoint[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((endpoint) => endpoint.close()))
  expect(frameClock.size).toBe(0)
})

async function connect(codecs: readonly Codec[]): Promise<readonly [Side, Side]> {
  const [a, b] = await Promise.all([RtpEndpoint.open({ host: HOST }), RtpEndpoint.open({ host: HOST })])
  open.push(a, b)
  const offer = buildSdpOffer({ host: HOST, rtpPort: a.rtpPort }, codecs)
  const { sdp, media: forB } = answerSdpOffer(offer, { host: HOST, rtpPort: b.rtpPort })
  const forA = readSdpAnswer(sdp)
  const sides = [[a, forA] as const, [b, forB] as const].map(([endpoint, description]): Side => {
    const speech = new FrameQueue(description.codec)
    const heard: { frame: Uint8Array; cursor: number }[] = []
    const digits: { digit: string; durationMs: number }[] = []
    const waiting: { samples: number; resolve: () => void }[] = []
    endpoint.start(description, {
      nextFrame: () => speech.nextFrame(),
      onFrame: (frame, cursor) => {
        heard.push({ frame, cursor })
        for (const wait of waiting) if (heard.length * FRAME_SAMPLES >= wait.samples) wait.resolve()
      },
      onDigit: (digit) => digits.push(digit),
    })
    return {
      endpoint,
      speech,
      heard,
      digits,
      heardSamples: (samples) => new Promise((resolve) => waiting.push({ samples, resolve })),
    }
  })
  return sides as unknown as readonly [Side, Side]
}

/** A ramp that never contains the code of silence. */
const ramp = (codec: Codec, bytes: number) =>
  Uint8Array.from({ length: bytes }, (_, i) => {
    const code = (i * 7) % 251
    return code === SILENCE[codec] ? 1 : code
  })

const withoutSilence = (codec: Codec, side: Side) =>
  Buffer.concat(side.heard.map(({ frame }) => frame)).filter((code) => code !== SILENCE[codec])

describe.each(['PCMU', 'PCMA'] as const)('two endpoints with %s', (codec) => {
  test('carry audio both ways without a hole in the timeline', async () => {
    const [a, b] = await connect([codec])
    const words = ramp(codec, 8000)
    a.speech.write(words)
    b.speech.write(words.toReversed())
    await Promise.all([a.speech.drained(), b.speech.drained()])
    await Promise.all([a.heardSamples(12_000), b.heardSamples(12_000)])
    for (const side of [a, b])
      expect(side.heard.map(({ cursor }) => cursor)).toEqual(side.heard.map((_, i) => i * FRAME_SAMPLES))
    expect(Buffer.from(withoutSilence(codec, b)).equals(Buffer.from(words))).toBe(true)
    expect(Buffer.from(withoutSilence(codec, a)).equals(Buffer.from(words.toReversed()))).toBe(true)
    expect(a.endpoint.quality.packetsLost).toBe(0)
  })

  test('carry each digit once, with its length, and silence meanwhile', async () => {
    const [a, b] = await connect([codec])
    await a.endpoint.sendDigits('159#*', { durationMs: 80, gapMs: 60 })
    await b.heardSamples(b.heard.length * FRAME_SAMPLES + 3200)
    expect(b.digits.map(({ digit }) => digit).join('')).toBe('159#*')
    expect(new Set(b.digits.map(({ durationMs }) => durationMs))).toEqual(new Set([80]))
    expect(
      b.heard.every(({ frame }) =>
        decodeG711(codec, frame).every((sample) => sample === 0 || Math.abs(sample) <= 8),
      ),
    ).toBe(true)
  })
})
