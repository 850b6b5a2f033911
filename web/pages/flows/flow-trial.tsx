import { Button, Group, TextInput } from '@mantine/core'
import { IconTool } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { flowKeys, openFlowTrial, sayInFlowTrial } from '../../api/flows.ts'
import type { FlowName, FlowTrialView } from '../../api/types.ts'
import { InlineProblem } from '../../components/inline-problem.tsx'
import { Section } from '../../components/section.tsx'
import { toolName } from './flow-form.ts'
import classes from './flows.module.css'
import { TrialCall } from './trial-call.tsx'

interface FlowTrialProps {
  readonly flow: FlowName
  /** What its owner dials to talk with it; null: it is only written. */
  readonly trialNumber: string | null
  /** Null: the draft. */
  readonly version: number | null
  /** What is on the screen is what would be talked to. */
  readonly isSaved: boolean
  /** Of the draft. */
  readonly revision: number | null
}

/** A talk in writing with the draft, as customers would have it: nothing outside is touched. */
export function FlowTrial({ flow, trialNumber, version, isSaved, revision }: FlowTrialProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [trial, setTrial] = useState<FlowTrialView | null>(null)
  const [text, setText] = useState('')
  const ask = useMutation({
    mutationFn: (act: () => Promise<FlowTrialView>) => act(),
    onSuccess: async (view) => {
      setTrial(view)
      // With the first answer the draft counts as tried.
      if (revision !== null) await client.invalidateQueries({ queryKey: flowKeys.one(flow) })
    },
  })
  const say = (words: string) => {
    if (trial === null) return
    setText('')
    ask.mutate(() => sayInFlowTrial(trial.trial_id, words))
  }
  const isOver = trial !== null && trial.end !== null
  return (
    <Section
      title={t('flow.trial')}
      aside={
        <Button
          size="xs"
          variant="default"
          disabled={!isSaved}
          loading={ask.isPending && trial === null}
          onClick={() => ask.mutate(() => openFlowTrial(flow, version))}
        >
          {t(trial === null ? 'flow.trial_begin' : 'flow.trial_again')}
        </Button>
      }
    >
      <p className={classes.hint}>
        {t(
          isSaved ? (version === null ? 'flow.trial_hint' : 'flow.trial_live_hint') : 'flow.trial_save_first',
        )}
      </p>
      {trialNumber === null ? null : <TrialCall number={trialNumber} isSaved={isSaved} />}
      {trial === null ? null : (
        <>
          <ol className={classes.talk} aria-live="polite" aria-label={t('flow.trial')}>
            {trial.lines.map((line, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines are only added
              <Line key={index} line={line} />
            ))}
          </ol>
          {trial.end === null ? null : (
            <p className={classes.since}>{t('flow.trial_over', { reason: trial.end })}</p>
          )}
          {trial.order === null ? null : <OrderSoFar trial={trial} />}
        </>
      )}
      {ask.error === null ? null : <InlineProblem error={ask.error} />}
      {trial === null || isOver ? null : (
        <form
          className={classes.say}
          onSubmit={(event) => {
            event.preventDefault()
            if (text.trim() !== '') say(text.trim())
          }}
        >
          <TextInput
            aria-label={t('flow.trial_say')}
            placeholder={t('flow.trial_say')}
            maxLength={1000}
            autoComplete="off"
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
          />
          <Group gap={6} wrap="nowrap">
            <Button size="sm" type="submit" loading={ask.isPending} disabled={text.trim() === ''}>
              {t('flow.trial_send')}
            </Button>
            {flow === 'order_chat' ? null : (
              <Button size="sm" variant="default" disabled={ask.isPending} onClick={() => say('')}>
                {t('flow.trial_silence')}
              </Button>
            )}
          </Group>
        </form>
      )}
    </Section>
  )
}

function Line({ line }: { readonly line: FlowTrialView['lines'][number] }) {
  const { t } = useTranslation()
  return (
    <li className={classes.line} data-speaker={line.speaker} data-fault={line.fault || undefined}>
      <span className="visually-hidden">{t(`flow.speaker.${line.speaker}`)}</span>
      {line.text === '' ? (
        line.speaker === 'person' ? (
          <em>{t('flow.silence')}</em>
        ) : null
      ) : (
        <p>{line.text}</p>
      )}
      {line.tools.map((tool, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they never change
        <details key={index} className={classes.toolCall} data-refused={!tool.ok || undefined}>
          <summary>
            <IconTool size={13} stroke={1.8} aria-hidden />
            {toolName(tool.name, t)}
            {tool.ok ? null : ` · ${t('flow.tool_refused')}`}
          </summary>
          <pre>{JSON.stringify(tool.input, null, 1)}</pre>
          <pre>{tool.result}</pre>
        </details>
      ))}
    </li>
  )
}

function OrderSoFar({ trial }: { readonly trial: FlowTrialView }) {
  const { t } = useTranslation()
  const told = Object.entries(trial.order ?? {}).filter(([, value]) => value !== null)
  if (told.length === 0) return null
  return (
    <dl className={classes.order}>
      {told.map(([field, value]) => (
        <div key={field}>
          <dt>{t(`ticket.field.${field as keyof NonNullable<FlowTrialView['order']>}`)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      {trial.placed ? <p className={classes.since}>{t('flow.trial_placed')}</p> : null}
    </dl>
  )
}
