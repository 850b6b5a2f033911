/** What is asked of a live call: as if the gateway did it at once, and the telephone of who asks was answered. */
import type { Capture } from '../../../api/schemas/telephone.ts'
import type { CallDetail } from '../../../api/schemas/tickets.ts'
import { inMinutes } from './clock.ts'

/** @param wish the end of the path. @returns the call as it is then, or the code of a refusal. */
export function askOfCall(
  call: CallDetail,
  wish: string,
  me: { id: string; name: string },
): CallDetail | string {
  const there = call.guests.filter((guest) => guest.left_at === null)
  const isMine = (guest: CallDetail['guests'][number]) => guest.person_id === me.id && guest.left_at === null
  const join = (mode: CallDetail['guests'][number]['mode']) => ({
    ...call,
    guests: [
      ...call.guests,
      {
        person_id: me.id,
        name: me.name,
        mode,
        asked_at: inMinutes(0),
        joined_at: inMinutes(0),
        left_at: null,
      },
    ],
  })
  switch (wish) {
    case 'listen':
      return join('listen')
    case 'whisper':
      return join('whisper')
    case 'take-over':
      return there.some(({ mode }) => mode === 'talk') ? 'somebody_talks' : join('talk')
    case 'leave':
      return {
        ...call,
        guests: call.guests.map((guest) => (isMine(guest) ? { ...guest, left_at: inMinutes(0) } : guest)),
      }
    case 'recording/pause':
      return {
        ...call,
        recording_pauses: [
          ...call.recording_pauses,
          { from: 21, to: null, paused_by: me.name, resumed_by: null },
        ],
      }
    case 'recording/resume':
      return {
        ...call,
        recording_pauses: call.recording_pauses.map((pause) => ({
          ...pause,
          to: pause.to ?? 34,
          resumed_by: pause.resumed_by ?? me.name,
        })),
      }
    default:
      return 'not_live'
  }
}

const NO_CAPTURE: Capture = { is_running: false, with_sound: false, packets: 0, is_kept: false }

/** @param wish undefined: it is looked at. */
export function nextCapture(
  now: Capture | undefined = NO_CAPTURE,
  wish: string | undefined,
  body: unknown,
): Capture {
  if (wish === 'stop') return { ...now, is_running: false }
  if (wish !== 'start') return now.is_running ? { ...now, packets: now.packets + 500 } : now
  return { ...now, ...(body as Pick<Capture, 'with_sound'>), is_running: true, packets: 1_234, is_kept: true }
}
