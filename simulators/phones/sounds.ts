/** What goes into a telephone beside plain speech: pauses, a murmur without words, the beep of a machine. 8 kHz. */
import { SAMPLES_PER_MS } from '../../domain/media-socket.ts'
import {
  type EncodedSpeech,
  encodeSpeech,
  type SpeechMark,
  type SpeechOptions,
} from '../azure-speech/modem/encode.ts'
import { CHIRP_SAMPLES } from '../azure-speech/modem/voice.ts'

const PAUSE = ' … '
const SAMPLE_RATE = 1_000 * SAMPLES_PER_MS

/** Speech whose " … " are silence of so many ms; in what is said a blank stands for each. */
export function speakWithPauses(text: string, pauseMs: number, voice: SpeechOptions): EncodedSpeech {
  const pieces = text.split(PAUSE)
  const gap = Math.round(pauseMs * SAMPLES_PER_MS)
  const spoken = pieces.map((piece, index) =>
    encodeSpeech(index < pieces.length - 1 ? `${piece} ` : piece, voice),
  )
  const length = spoken.reduce((sum, { pcm }) => sum + pcm.length, (spoken.length - 1) * gap)
  const pcm = new Int16Array(length)
  const marks: SpeechMark[] = []
  let at = 0
  for (const piece of spoken) {
    pcm.set(piece.pcm, at)
    marks.push(...piece.marks.map(({ char, startSample }) => ({ char, startSample: at + startSample })))
    at += piece.pcm.length + gap
  }
  return { pcm, marks }
}

/** Sounds like a voice, and nobody can tell a word of it: syllables without their consonants. */
export function murmur(ms: number): Int16Array {
  const { pcm, marks } = encodeSpeech('아'.repeat(Math.max(1, Math.round(ms / 160))))
  for (const { startSample } of marks) pcm.fill(0, startSample, startSample + CHIRP_SAMPLES)
  return pcm.subarray(0, ms * SAMPLES_PER_MS)
}

const BEEP_HZ = 1_000
const BEEP_MS = 400
const BEEP_AMPLITUDE = 8_000

/** After it an answering machine records. */
export const beep = (): Int16Array =>
  Int16Array.from({ length: BEEP_MS * SAMPLES_PER_MS }, (_, i) =>
    Math.round(BEEP_AMPLITUDE * Math.sin((2 * Math.PI * BEEP_HZ * i) / SAMPLE_RATE)),
  )
