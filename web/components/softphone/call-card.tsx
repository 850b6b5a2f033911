import { Button, UnstyledButton } from '@mantine/core'
import {
  IconDialpad,
  IconMicrophone,
  IconMicrophoneOff,
  IconPhone,
  IconPhoneOff,
  IconPhoneOutgoing,
  IconPlayerPause,
} from '@tabler/icons-react'
import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { useNow } from '../../app/clock.ts'
import { formatPhone } from '../../format/text.ts'
import { formatDuration } from '../../format/time.ts'
import {
  answerCall,
  callNumber,
  completeTransfer,
  hangUpCall,
  holdCall,
  muteCall,
  phoneView,
  sendDigit,
  subscribePhone,
  transferCall,
} from '../../softphone/my-phone.ts'
import type { SoftphoneCall } from '../../softphone/softphone.ts'
import { showRefusal } from '../notices.ts'
import classes from './call-card.module.css'
import { ColleagueList } from './colleague-list.tsx'
import { DialPad } from './dial-pad.tsx'
import { Keypad } from './keypad.tsx'
import { TransferBrief } from './transfer-brief.tsx'

const ICON = { size: 18, stroke: 1.8, 'aria-hidden': true } as const

/** The call of this browser, over whatever page one is on. */
export function CallCard() {
  const { t } = useTranslation()
  const { call, parked, isTransferring, problem } = useSyncExternalStore(subscribePhone, phoneView)
  useEffect(() => {
    if (problem !== null) showRefusal(t('softphone.label'), t(`softphone.problem.${problem}`))
  }, [problem, t])
  return call === null ? null : <Call call={call} parked={parked} isTransferring={isTransferring} />
}

interface CallProps {
  readonly call: SoftphoneCall
  readonly parked: SoftphoneCall | null
  readonly isTransferring: boolean
}

function Call({ call, parked, isTransferring }: CallProps) {
  const { t } = useTranslation()
  const [panel, setPanel] = useState<'keypad' | 'transfer' | null>(null)
  const toggle = (wanted: 'keypad' | 'transfer') => setPanel(panel === wanted ? null : wanted)
  const who = useWho(call)
  const isIncoming = call.direction === 'in' && call.stage === 'ringing'
  const isTalking = call.stage === 'talking'
  useOutsideNotice(isIncoming, t('softphone.incoming', { who }))
  return (
    <section className={classes.card} aria-label={t('softphone.call')} data-ringing={isIncoming || undefined}>
      <div className={classes.head}>
        <span className={classes.mark} aria-hidden>
          <IconPhone size={18} stroke={1.8} />
        </span>
        <div className={classes.who}>
          <strong className={classes.name}>{who}</strong>
          <Stage call={call} />
        </div>
      </div>
      {isIncoming ? (
        <span className="visually-hidden" role="alert">
          {t('softphone.incoming', { who })}
        </span>
      ) : null}
      {call.direction === 'in' ? <TransferBrief /> : null}
      {parked === null ? null : <Parked call={parked} />}
      {isTransferring ? (
        <p className={classes.parked} role="status">
          {t('softphone.transferring')}
        </p>
      ) : null}
      {panel === 'keypad' && isTalking ? <Keypad onKey={sendDigit} /> : null}
      {panel === 'transfer' && isTalking && parked === null && !isTransferring ? (
        <TransferPad onDone={() => setPanel(null)} />
      ) : null}
      {parked !== null && isTalking ? (
        <Button
          leftSection={<IconPhoneOutgoing size={16} aria-hidden />}
          disabled={isTransferring}
          onClick={completeTransfer}
        >
          {t('softphone.join')}
        </Button>
      ) : null}
      <div className={classes.actions}>
        {isTalking ? (
          <div className={classes.toggles}>
            <Toggle
              label={t('softphone.mute')}
              pressed={call.muted}
              icon={call.muted ? <IconMicrophoneOff {...ICON} /> : <IconMicrophone {...ICON} />}
              onClick={() => muteCall(!call.muted)}
            />
            <Toggle
              label={t('softphone.hold')}
              pressed={call.held}
              icon={<IconPlayerPause {...ICON} />}
              onClick={() => holdCall(!call.held)}
            />
            <Toggle
              label={t('softphone.keypad')}
              pressed={panel === 'keypad'}
              icon={<IconDialpad {...ICON} />}
              onClick={() => toggle('keypad')}
            />
            {parked === null ? (
              <Toggle
                label={t('softphone.transfer')}
                pressed={panel === 'transfer'}
                icon={<IconPhoneOutgoing {...ICON} />}
                onClick={() => toggle('transfer')}
              />
            ) : null}
          </div>
        ) : null}
        <Button
          color="clay"
          variant={isIncoming ? 'light' : 'filled'}
          leftSection={<IconPhoneOff size={16} aria-hidden />}
          disabled={call.stage === 'ending'}
          onClick={hangUpCall}
        >
          {t(isIncoming ? 'softphone.refuse' : 'softphone.hang_up')}
        </Button>
        {isIncoming ? (
          <Button leftSection={<IconPhone size={16} aria-hidden />} onClick={answerCall}>
            {t('softphone.answer')}
          </Button>
        ) : null}
      </div>
    </section>
  )
}

/** Who waits meanwhile. */
function Parked({ call }: { readonly call: SoftphoneCall }) {
  const { t } = useTranslation()
  const who = useWho(call)
  return (
    <p className={classes.parked}>
      <IconPlayerPause size={15} stroke={1.8} aria-hidden />
      {t('softphone.parked', { who })}
    </p>
  )
}

/** Whom to put in one's place: at once, or after one has asked them. */
function TransferPad({ onDone }: { readonly onDone: () => void }) {
  const { t } = useTranslation()
  const then = (act: (number: string) => void) => (number: string) => {
    act(number)
    onDone()
  }
  const [now, askFirst] = [then(transferCall), then(callNumber)]
  return (
    <DialPad
      label={t('softphone.transfer_to')}
      onEnter={askFirst}
      suggestions={(chosen, choose) => <ColleagueList chosen={chosen} onChoose={choose} />}
      actions={(number) => (
        <>
          <Button variant="light" disabled={number === ''} onClick={() => now(number)}>
            {t('softphone.transfer_now')}
          </Button>
          <Button type="submit" disabled={number === ''}>
            {t('softphone.ask_first')}
          </Button>
        </>
      )}
    />
  )
}

function useWho({ name, number }: SoftphoneCall): string {
  const { t } = useTranslation()
  if (name !== '') return name
  return number === '' || number === 'anonymous' ? t('softphone.withheld') : formatPhone(number)
}

function Stage({ call }: { readonly call: SoftphoneCall }) {
  const { t } = useTranslation()
  const { stage, direction, held, answeredAt } = call
  if (stage === 'talking' && answeredAt !== null)
    return (
      <span className={classes.stage} data-held={held || undefined}>
        {t(held ? 'softphone.held' : 'softphone.stage.talking')}
        <Elapsed since={answeredAt} />
      </span>
    )
  const text =
    stage === 'ringing'
      ? t(direction === 'in' ? 'softphone.stage.ringing_in' : 'softphone.stage.ringing_out')
      : t(`softphone.stage.${stage}`)
  return <span className={classes.stage}>{text}</span>
}

function Elapsed({ since }: { readonly since: number }) {
  const now = useNow()
  return <time className={classes.elapsed}>{formatDuration((now - since) / 1_000)}</time>
}

interface ToggleProps {
  readonly label: string
  readonly pressed: boolean
  readonly icon: ReactNode
  readonly onClick: () => void
}

function Toggle({ label, pressed, icon, onClick }: ToggleProps) {
  return (
    <UnstyledButton className={classes.toggle} aria-pressed={pressed} onClick={onClick}>
      {icon}
      <span>{label}</span>
    </UnstyledButton>
  )
}

/** For whoever is in another window. */
function useOutsideNotice(isIncoming: boolean, title: string): void {
  useEffect(() => {
    if (!isIncoming || !('Notification' in window)) return
    if (Notification.permission !== 'granted' || document.hasFocus()) return
    const shown = new Notification(title, { tag: 'daeri-call', requireInteraction: true })
    shown.onclick = () => {
      window.focus()
      shown.close()
    }
    return () => shown.close()
  }, [isIncoming, title])
}
