/** A recording as the gateway makes it: 8 kHz PCM16 stereo WAV, left the caller, right our voice. */
import type { CallDetail } from '../../../web/api/types.ts'

const RATE = 8000
const HEADER_BYTES = 44
const CHANNELS = 2
const BYTES_PER_FRAME = CHANNELS * 2

export function makeRecording(call: CallDetail): Buffer {
  const frames = Math.ceil((call.duration_seconds ?? 1) * RATE)
  const wav = Buffer.alloc(HEADER_BYTES + frames * BYTES_PER_FRAME)
  writeHeader(wav, frames)
  for (const line of call.transcript) {
    const channel = line.speaker === 'customer' ? 0 : 1
    const end = Math.min(frames, Math.floor((line.end ?? line.timestamp) * RATE))
    for (let frame = Math.floor(line.timestamp * RATE); frame < end; frame += 1) {
      const t = frame / RATE
      const syllable = Math.max(0, Math.sin(t * 22)) * (0.55 + 0.45 * Math.sin(t * 2.3))
      const sample = Math.sin(t * (channel === 0 ? 900 : 1300)) * syllable * 9000
      wav.writeInt16LE(Math.round(sample), HEADER_BYTES + frame * BYTES_PER_FRAME + channel * 2)
    }
  }
  return wav
}

function writeHeader(wav: Buffer, frames: number): void {
  const bytes = frames * BYTES_PER_FRAME
  wav.write('RIFF', 0)
  wav.writeUInt32LE(36 + bytes, 4)
  wav.write('WAVEfmt ', 8)
  wav.writeUInt32LE(16, 16)
  wav.writeUInt16LE(1, 20)
  wav.writeUInt16LE(CHANNELS, 22)
  wav.writeUInt32LE(RATE, 24)
  wav.writeUInt32LE(RATE * BYTES_PER_FRAME, 28)
  wav.writeUInt16LE(BYTES_PER_FRAME, 32)
  wav.writeUInt16LE(16, 34)
  wav.write('data', 36)
  wav.writeUInt32LE(bytes, 40)
}

/** A drawing that stands for the photo the driver takes. */
export function makePhoto(): string {
  const petals = Array.from({ length: 26 }, (_, i) => {
    const angle = (i / 26) * Math.PI * 2
    const x = 200 + Math.cos(angle) * 74
    const y = 128 + Math.sin(angle) * 74
    return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="19" fill="${i % 2 ? '#f7f5ea' : '#e9e4c9'}"/>`
  }).join('')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300">
<rect width="400" height="300" fill="#cfd3cc"/><rect y="226" width="400" height="74" fill="#a9aca3"/>
<path d="M150 236 196 60h8l46 176" stroke="#5b4a36" stroke-width="7" fill="none"/>
<circle cx="200" cy="128" r="92" fill="#2f5b41"/>${petals}<circle cx="200" cy="128" r="52" fill="#1d3d2b"/>
<rect x="92" y="150" width="26" height="112" fill="#fbfaf4"/><rect x="282" y="150" width="26" height="112" fill="#fbfaf4"/></svg>`
}
