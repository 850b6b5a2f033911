/** What is said in the benchmark `barge-in`: voices of the stand-in, and of espeak-ng where it is installed. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { FRAME_SAMPLES } from '../../domain/media-socket.ts'
import { encodeG711 } from '../../media-gateway/rtp/index.ts'
import { encodeSpeech } from '../../simulators/azure-speech/modem/encode.ts'

const THEIRS = '잠깐만요, 그게 아니라 서울성모장례식장 삼호실이에요.'
const OURS =
  '네, 근조화환 주문을 도와드리겠습니다. 어느 장례식장으로 보내 드릴까요? 빈소와 상주분 성함도 말씀해 주세요.'
const ESPEAK = '/usr/bin/espeak-ng'
const SOX = '/usr/bin/sox'
/** Quieter than this is no voice yet: -32 dBFS. */
const LOUD = 800

export interface Voice {
  readonly name: string
  /** PCMU; begins with its first sound. */
  readonly audio: Uint8Array
}

export function voices(): readonly Voice[] {
  const standIn = { name: 'stand-in', audio: encodeG711('PCMU', fromFirstSound(encodeSpeech(THEIRS).pcm)) }
  if (!existsSync(ESPEAK) || !existsSync(SOX)) return [standIn]
  const people = ['ko', 'ko+m3', 'ko+f2'].map((voice) => ({
    name: `espeak-ng ${voice}`,
    audio: encodeG711('PCMU', fromFirstSound(espeak(voice))),
  }))
  return [standIn, ...people]
}

/** Ours without a pause, so that silence on the wire means that we have stopped. */
export function ourSpeech(): Uint8Array {
  const { pcm } = encodeSpeech(OURS)
  const frames: Int16Array[] = []
  for (let at = 0; at + FRAME_SAMPLES <= pcm.length; at += FRAME_SAMPLES) {
    const frame = pcm.subarray(at, at + FRAME_SAMPLES)
    if (frame.some((sample) => Math.abs(sample) > LOUD)) frames.push(frame)
  }
  return Buffer.concat(frames.map((frame) => encodeG711('PCMU', frame)))
}

function fromFirstSound(pcm: Int16Array): Int16Array {
  return pcm.subarray(
    Math.max(
      0,
      pcm.findIndex((sample) => Math.abs(sample) > LOUD),
    ),
  )
}

function espeak(voice: string): Int16Array {
  const wav = execFileSync(ESPEAK, ['-v', voice, '--stdout', THEIRS], { maxBuffer: 1e8 })
  const form = ['-t', 'raw', '-r', '8000', '-e', 'signed', '-b', '16', '-c', '1', '-', 'sinc', '300-3400']
  const options = {
    input: wav,
    maxBuffer: 1e8,
    stdio: ['pipe', 'pipe', 'ignore'] as ['pipe', 'pipe', 'ignore'],
  }
  const raw = execFileSync(SOX, ['-t', 'wav', '-', ...form], options)
  return Int16Array.from({ length: Math.floor(raw.length / 2) }, (_, i) => raw.readInt16LE(i * 2))
}
