/** Reads a recording as the API does: its WAV, whole. */
import { openRecording } from '../../api/recordings.ts'

export interface ReadRecording {
  readonly wav: Buffer
  /** Of each side. */
  readonly samples: number
  /** Caller and ours, 16 bits. */
  at(sample: number): readonly [number, number]
}

export async function readRecording(path: string, dataKey: string): Promise<ReadRecording> {
  const source = await openRecording(path, [dataKey])
  const wav = Buffer.concat(await source.read(0, source.size - 1).toArray())
  return {
    wav,
    samples: wav.readUInt32LE(40) / 4,
    at: (sample) => [wav.readInt16LE(44 + sample * 4), wav.readInt16LE(46 + sample * 4)],
  }
}
