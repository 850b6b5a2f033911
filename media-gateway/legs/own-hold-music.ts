/** Music that the company has laid into its folder of announcements, in place of ours. */
import type { Logger } from 'pino'
import { decodeG711 } from '../rtp/index.ts'
import { readAnnouncement } from './announcements.ts'
import { setHoldMusic } from './hold-music.ts'

const FILES = ['hold-music.wav', 'hold-music.mulaw']

/** Takes the first file that is there and can be played; without one our own music stays. */
export async function loadOwnHoldMusic(
  folder: string,
  logger: Pick<Logger, 'info' | 'debug'>,
): Promise<void> {
  for (const file of FILES) {
    try {
      const piece = decodeG711('PCMU', await readAnnouncement(folder, file, 'PCMU'))
      if (piece.length === 0) continue
      setHoldMusic(piece)
      logger.info({ file, seconds: Math.round(piece.length / 8_000) }, 'hold music of our own')
      return
    } catch (error) {
      logger.debug({ file, err: error }, 'no hold music in this file')
    }
  }
}
