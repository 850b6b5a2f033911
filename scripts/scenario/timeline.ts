/** One story out of many sources: who said what, which state, which text, in the order in which it happened. */
import type { PersonEvidence } from './evidence.ts'

export interface TimelineLine {
  readonly at: Date
  readonly source: 'call' | 'ticket' | 'sms' | 'kakao' | 'scenario'
  /** Stays the same while the line's text may still grow. */
  readonly key: string
  readonly text: string
}

/** Lines of one person, sorted by time. */
export function timelineOf(name: string, evidence: PersonEvidence): TimelineLine[] {
  const lines: TimelineLine[] = []
  for (const call of [...evidence.worldCalls, ...evidence.receivedCalls]) {
    const answeredAt = call.answered_at ?? call.started_at
    if (answeredAt === undefined) continue
    const start = new Date(answeredAt).getTime()
    for (const said of call.transcript) {
      // Speech is heard word by word; it is told once the speaker has finished.
      if (said.end_ms === null && call.state !== 'ended') continue
      const who = said.speaker === 'me' ? name : 'Daeri'
      const mark = said.speaker === 'me' ? '👤' : '🤖'
      const at = new Date(start + said.at_ms)
      lines.push({
        at,
        source: 'call',
        key: `${call.id} ${said.speaker} ${said.at_ms}`,
        text: `${mark} ${who}: ${said.text}`,
      })
    }
  }
  for (const ticket of evidence.tickets) {
    for (const event of ticket.events) {
      const key = `${ticket.orderNo} ${event.kind} ${event.at.getTime()} ${JSON.stringify(event.data)}`
      lines.push({
        at: event.at,
        source: 'ticket',
        key,
        text: `🎫 ${ticket.orderNo} ${describe(event.kind, event.data)}`,
      })
    }
  }
  for (const sms of [...evidence.sms, ...evidence.sentSms]) {
    const text = sms.text.replaceAll('\n', ' ⏎ ')
    const way = sms.to === evidence.number ? `✉️  to ${name}` : `✉️  from ${name}`
    lines.push({ at: new Date(sms.at), source: 'sms', key: `sms ${sms.id}`, text: `${way}: ${text}` })
  }
  for (const message of evidence.kakao) {
    const text = message.text.replaceAll('\n', ' ⏎ ')
    const way = message.by === 'person' ? `💬 from ${name}` : `💬 to ${name}`
    const mark = message.refused === undefined ? '' : ` (refused: ${message.refused})`
    lines.push({
      at: new Date(message.at),
      source: 'kakao',
      key: `kakao ${message.id}`,
      text: `${way}: ${text}${mark}`,
    })
  }
  return lines.sort((a, b) => a.at.getTime() - b.at.getTime())
}

function describe(kind: string, data: unknown): string {
  if (
    kind === 'state_changed' &&
    typeof data === 'object' &&
    data !== null &&
    'state' in data &&
    'sub_state' in data
  ) {
    return `→ ${String(data.state)} / ${String(data.sub_state)}`
  }
  const shown = JSON.stringify(data)
  return shown === '{}' ? kind : `${kind} ${shown.length > 160 ? `${shown.slice(0, 160)}…` : shown}`
}

/** `HH:MM:SS.t` in Korean time. */
export function shownTime(at: Date): string {
  const korean = new Date(at.getTime() + 9 * 3_600_000).toISOString()
  return korean.slice(11, 21)
}
