import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Signalling } from '../../api/types.ts'
import classes from './ladder.module.css'

type Leg = Signalling['legs'][number]
type Message = Leg['messages'][number]

/** Requests that are part of hanging up or giving up, and answers that refuse. */
function toneOf({ method, status }: Message): 'request' | 'progress' | 'success' | 'failure' | 'end' {
  if (status === null) return method === 'BYE' || method === 'CANCEL' ? 'end' : 'request'
  if (status < 200) return 'progress'
  return status < 300 ? 'success' : 'failure'
}

/** Seconds since the first message, to the millisecond. */
const sinceStart = (message: Message, first: Message): string =>
  `+${((Date.parse(message.at) - Date.parse(first.at)) / 1_000).toFixed(3)}`

interface LadderProps {
  readonly leg: Leg
}

/** SIP messages between our gateway and the other sides, in the order of time; one opens on a click. */
export function Ladder({ leg }: LadderProps) {
  const { t } = useTranslation()
  const [openAt, setOpenAt] = useState<number | null>(null)
  const [first] = leg.messages
  if (first === undefined) return null
  const peers = [...new Set(leg.messages.map(({ peer }) => peer))]
  return (
    <div className={classes.ladder}>
      <div className={classes.ends} aria-hidden>
        <span>{t('call.signalling_us')}</span>
        <span className={classes.peer}>
          {peers.length === 1 ? peers[0] : t('call.signalling_peers', { count: peers.length })}
        </span>
      </div>
      <ol className={classes.messages}>
        {leg.messages.map((message, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: messages have an order and nothing else
          <li key={index}>
            <Rung
              message={message}
              since={sinceStart(message, first)}
              showsPeer={peers.length > 1}
              isOpen={openAt === index}
              onToggle={() => setOpenAt(openAt === index ? null : index)}
            />
          </li>
        ))}
      </ol>
      {leg.dropped === 0 ? null : (
        <p className={classes.dropped}>{t('call.signalling_dropped', { count: leg.dropped })}</p>
      )}
    </div>
  )
}

interface RungProps {
  readonly message: Message
  readonly since: string
  readonly showsPeer: boolean
  readonly isOpen: boolean
  readonly onToggle: () => void
}

function Rung({ message, since, showsPeer, isOpen, onToggle }: RungProps) {
  const { t } = useTranslation()
  const { direction, summary, status, method, peer, text } = message
  return (
    <>
      <button
        type="button"
        className={classes.rung}
        data-direction={direction}
        data-tone={toneOf(message)}
        aria-expanded={isOpen}
        onClick={onToggle}
      >
        <time className={classes.since} dateTime={message.at}>
          {since}
        </time>
        <span className={classes.arrow}>
          <span className={classes.label}>
            {summary}
            {status === null ? null : <small>{method}</small>}
            {showsPeer ? <small>{peer}</small> : null}
          </span>
          <span className={classes.line} aria-hidden />
        </span>
        <span className={classes.hidden}>
          {t(direction === 'in' ? 'call.signalling_in' : 'call.signalling_out')}
        </span>
      </button>
      {isOpen ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reached by keys
        <pre className={classes.text} tabIndex={0}>
          {text.trimEnd()}
        </pre>
      ) : null}
    </>
  )
}
