import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { meQuery } from '../../api/session.ts'
import type { CallDetail } from '../../api/types.ts'
import { Section, SectionEmpty } from '../section.tsx'
import { AnswerTimes } from './answer-times.tsx'
import { CallCost } from './call-cost.tsx'
import { GuestsSection } from './call-guests.tsx'
import { CaptureSection } from './capture-section.tsx'
import { LiveCall } from './live-call.tsx'
import { PauseList } from './pauses.tsx'
import { Player } from './player.tsx'
import { SignallingSection } from './signalling-section.tsx'
import { Transcript } from './transcript.tsx'

interface CallPartsProps {
  readonly call: CallDetail
  /** Lines are marked with faces, as minutes of a requested call are. */
  readonly faces?: boolean
}

/** All that is known of a call below its heading; inside a RecordingsProvider. */
export function CallParts({ call, faces = false }: CallPartsProps) {
  const { t } = useTranslation()
  const [heardAt, setHeardAt] = useState<number | undefined>()
  const { data: me } = useQuery(meQuery)
  const isOver = call.state !== 'live' && call.state !== 'ringing'
  return (
    <>
      {call.state === 'live' ? <LiveCall call={call} /> : null}
      <AnswerTimes call={call} />
      <Section title={t('call.recording')}>
        {call.recording_url === null ? (
          <SectionEmpty>{t(isOver ? 'call.recording_none' : 'call.recording_later')}</SectionEmpty>
        ) : (
          <Player
            callId={call.call_id}
            url={call.recording_url}
            pauses={call.recording_pauses}
            ours={call.placed_by?.name}
            onTime={setHeardAt}
          />
        )}
        <PauseList pauses={call.recording_pauses} />
      </Section>
      <Section title={t('call.transcript')}>
        <Transcript call={call} heardAt={heardAt} faces={faces} />
      </Section>
      {call.usage === null ? null : <CallCost usage={call.usage} />}
      {isOver ? <GuestsSection guests={call.guests} /> : null}
      {me?.role === 'admin' && call.state !== 'ringing' ? (
        <CaptureSection callId={call.call_id} isLive={!isOver} />
      ) : null}
      {me?.role === 'admin' && isOver ? <SignallingSection callId={call.call_id} /> : null}
    </>
  )
}
