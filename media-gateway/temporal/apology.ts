/** What a caller hears when nobody can serve them: an announcement, never silence. */
import { readFile } from 'node:fs/promises'
import type { Codec } from '../../domain/media-socket.ts'
import type { Leg } from '../legs/leg.ts'
import { encodeG711, transcodeG711 } from '../rtp/index.ts'

const SAMPLE_RATE = 8_000
/** Longest announcement that is waited for. */
const APOLOGY_LIMIT_MS = 20_000

/** Three falling tones: "this did not work" in any language. */
function tones(): Uint8Array {
  const notes = [950, 1400, 1800].toReversed()
  const samples = Int16Array.from({ length: SAMPLE_RATE * 3 }, (_, i) => {
    const note = notes[Math.floor(i / (SAMPLE_RATE / 3)) % 4]
    return note === undefined ? 0 : Math.round(6_000 * Math.sin((2 * Math.PI * note * i) / SAMPLE_RATE))
  })
  return encodeG711('PCMU', samples)
}

/** @param file mu-law at 8 kHz without a header; the tones stand in for it where it can't be read. */
async function announcement(file: string, codec: Codec): Promise<Uint8Array> {
  const mulaw = await readFile(file).catch(() => tones())
  return transcodeG711('PCMU', codec, mulaw)
}

/** Queues the announcement on a live leg, after what is being said; once, however often it is called. */
export async function announceApology(leg: Leg, file: string): Promise<void> {
  const { media } = leg
  if (media === undefined || leg.state === 'ending' || leg.state === 'ended') return
  const audio = await announcement(file, media.codec)
  const utteranceId = `${leg.legId}-apology`
  media.command({ type: 'sentence.start', utteranceId, sentence: 0, text: '', mustBeHeard: true })
  media.append(audio)
  media.command({ type: 'utterance.end', utteranceId })
}

/** Answers a ringing leg, apologises and hangs up; resolves when the leg is over. */
export async function apologise(leg: Leg, file: string): Promise<void> {
  if (leg.state === 'ringing') await leg.answer()
  await announceApology(leg, file)
  await leg.hangUp(APOLOGY_LIMIT_MS, 'failed')
}
