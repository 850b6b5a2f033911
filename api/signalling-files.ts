/** The kept SIP messages of a call, from the gateway's sealed files. */
import type { CallId } from '../domain/ids.ts'
import { unseal } from '../domain/sealed.ts'
import { type SignallingLog, signallingFolder } from '../domain/signalling.ts'
import { type FilePlaces, readSealedFolder } from './sealed-files.ts'

/** A file is at most about this long; what is longer is none of ours. */
const MAX_BYTES = 4 * 1_024 * 1_024

/**
 * One log a leg, the earliest first; none for a call that is not over or whose files are gone.
 * @throws SealError for a file of another key.
 */
export async function readSignalling(
  { dataKey, ...places }: FilePlaces & { readonly dataKey: string },
  callId: CallId,
): Promise<readonly SignallingLog[]> {
  const files = await readSealedFolder(places, signallingFolder(callId), MAX_BYTES)
  const logs = files.map(
    ({ name, content }) =>
      JSON.parse(unseal(dataKey, 'signalling', name, content).toString('utf8')) as SignallingLog,
  )
  const beginOf = ({ messages }: SignallingLog) => messages[0]?.at ?? ''
  return logs.sort((a, b) => beginOf(a).localeCompare(beginOf(b)))
}
