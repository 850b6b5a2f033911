/** What is said in the benchmark, in mu-law frames of 20 ms: the stand-in's voice, which a voice detector takes for one. */
import { FRAME_SAMPLES, SAMPLES_PER_MS } from '../../domain/media-socket.ts'
import { encodeG711 } from '../../media-gateway/rtp/index.ts'
import { encodeSpeech } from '../../simulators/azure-speech/modem/encode.ts'

const SENTENCE =
  '네, 주문 도와드리겠습니다. 어느 장례식장으로 보내 드릴까요? 서울아산병원 장례식장 특2호실입니다.'

/** @param pauseMs of silence behind it. */
export function speechFrames(speechMs: number, pauseMs: number): Uint8Array[] {
  const samples = new Int16Array((speechMs + pauseMs) * SAMPLES_PER_MS)
  samples.set(encodeSpeech(SENTENCE).pcm.subarray(0, speechMs * SAMPLES_PER_MS))
  const bytes = encodeG711('PCMU', samples)
  return Array.from({ length: bytes.length / FRAME_SAMPLES }, (_, frame) =>
    bytes.subarray(frame * FRAME_SAMPLES, (frame + 1) * FRAME_SAMPLES),
  )
}
