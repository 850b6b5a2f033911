/** SIP messages for the page. */
import type { SignallingLog, SignallingMessage } from '../../domain/signalling.ts'
import type { Signalling } from '../schemas/telephone.ts'

export const viewSignalling = (logs: readonly SignallingLog[]): Signalling => ({
  legs: logs.map(({ legId, messages, dropped }) => ({
    leg_id: legId,
    messages: messages.map(viewMessage),
    dropped,
  })),
})

function viewMessage({
  at,
  direction,
  host,
  port,
  text,
}: SignallingMessage): Signalling['legs'][number]['messages'][number] {
  const [, status, reason] = /^SIP\/2\.0 (\d{3}) ?(.*?)\r?\n/i.exec(text) ?? []
  const [, cseqMethod = ''] = /^CSeq\s*:\s*\d+\s+(\S+)/im.exec(text) ?? []
  const method = status === undefined ? (text.split(' ')[0] ?? '') : cseqMethod
  return {
    at,
    direction,
    peer: `${host}:${port}`,
    summary: status === undefined ? method : `${status} ${reason}`.trim(),
    method,
    status: status === undefined ? null : Number(status),
    text,
  }
}
