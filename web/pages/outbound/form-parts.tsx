import { ActionIcon, Button, NativeSelect, NumberInput, Switch, Textarea, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { type ReactNode, useId, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { OutboundOptions } from '../../api/types.ts'
import formClasses from '../../components/form.module.css'
import { formatPhone } from '../../format/text.ts'
import type { OutboundForm } from './form-type.ts'
import classes from './new-outbound-page.module.css'
import { greetingOf, LIMITS } from './outbound-form.ts'

interface PartProps {
  readonly form: OutboundForm
}
type PartWithOptions = PartProps & { readonly options: OutboundOptions }

export function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = useId()
  return (
    <section className={classes.part} aria-labelledby={id}>
      <h2 className={classes.partTitle} id={id}>
        {title}
      </h2>
      {children}
    </section>
  )
}

export function WhoPart({ form, options }: PartWithOptions) {
  const { t } = useTranslation()
  return (
    <Part title={t('outbound.form.who')}>
      <div className={formClasses.two}>
        <NativeSelect
          label={t('outbound.form.caller')}
          description={t('outbound.form.caller_hint')}
          withAsterisk
          required
          data={options.caller_numbers.map((value) => ({ value, label: formatPhone(value) }))}
          {...form.getInputProps('caller')}
        />
        <TextInput
          type="tel"
          inputMode="tel"
          autoComplete="off"
          label={t('outbound.form.callee')}
          description={t('outbound.form.callee_hint')}
          withAsterisk
          required
          {...form.getInputProps('callee')}
        />
      </div>
      <TextInput
        autoComplete="off"
        label={t('outbound.form.display_name')}
        description={t('outbound.form.display_name_hint')}
        {...form.getInputProps('displayName')}
      />
    </Part>
  )
}

export function WhatPart({ form, options }: PartWithOptions) {
  const { t } = useTranslation()
  const left = LIMITS.purposeLength - form.values.purpose.trim().length
  return (
    <Part title={t('outbound.form.what')}>
      <Textarea
        autosize
        minRows={2}
        maxRows={8}
        label={t('outbound.form.purpose')}
        description={t('outbound.form.purpose_hint')}
        withAsterisk
        required
        {...form.getInputProps('purpose')}
      />
      {left > 60 ? null : <p className={classes.left}>{t('outbound.form.left', { count: left })}</p>}
      <figure className={classes.greeting}>
        <figcaption>{t('outbound.form.greeting')}</figcaption>
        <blockquote lang="ko">{greetingOf(options, form.values)}</blockquote>
      </figure>
    </Part>
  )
}

export function QuestionsPart({ form, onRemoved }: PartProps & { readonly onRemoved: () => void }) {
  const { t } = useTranslation()
  const list = useRef<HTMLOListElement>(null)
  const { questions } = form.values
  const nextKey = Math.max(...questions.map(({ key }) => key)) + 1
  const add = () => {
    form.insertListItem('questions', { key: nextKey, text: '' })
    requestAnimationFrame(() => list.current?.querySelector<HTMLInputElement>('li:last-child input')?.focus())
  }
  return (
    <Part title={t('outbound.form.questions')}>
      <p className={classes.hint}>{t('outbound.form.questions_hint')}</p>
      <ol className={classes.questions} ref={list}>
        {questions.map(({ key }, index) => (
          <li key={key} className={classes.question}>
            <span className={classes.place} aria-hidden>
              {index + 1}
            </span>
            <TextInput
              className={classes.words ?? ''}
              autoComplete="off"
              aria-label={t('outbound.form.question', { number: index + 1 })}
              required
              {...form.getInputProps(`questions.${index}.text`)}
              onKeyDown={(event) => {
                // Enter adds the next one; the form is sent by its button.
                if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
                event.preventDefault()
                if (index === questions.length - 1 && questions.length < LIMITS.questions) add()
              }}
            />
            <ActionIcon
              size={36}
              disabled={questions.length === 1}
              aria-label={t('outbound.form.remove_question', { number: index + 1 })}
              onClick={() => {
                onRemoved()
                form.removeListItem('questions', index)
              }}
            >
              <IconX size={16} stroke={1.8} aria-hidden />
            </ActionIcon>
          </li>
        ))}
      </ol>
      <Button
        variant="default"
        size="xs"
        className={classes.add ?? ''}
        disabled={questions.length >= LIMITS.questions}
        onClick={add}
      >
        {t('outbound.form.add_question')}
      </Button>
    </Part>
  )
}

export function AdvancedPart({ form, options }: PartWithOptions) {
  const { t } = useTranslation()
  const count = { allowDecimal: false, allowNegative: false, withAsterisk: false } as const
  const hasWrong = ['maxDuration', 'maxRetries', 'priority', 'scheduled'].some(
    (field) => form.errors[field] !== undefined,
  )
  return (
    <details className={classes.part} {...(hasWrong ? { open: true } : {})}>
      <summary className={classes.partTitle}>{t('outbound.form.advanced')}</summary>
      <div className={formClasses.stack}>
        <div className={formClasses.two}>
          <NumberInput
            label={t('outbound.form.max_duration')}
            suffix={t('outbound.form.seconds')}
            step={30}
            min={LIMITS.minDurationSeconds}
            max={options.max_call_duration}
            clampBehavior="none"
            {...count}
            {...form.getInputProps('maxDuration')}
          />
          <NumberInput
            label={t('outbound.form.priority')}
            description={t('outbound.form.priority_hint')}
            min={1}
            max={10}
            clampBehavior="none"
            {...count}
            {...form.getInputProps('priority')}
          />
        </div>
        <div className={formClasses.two}>
          <Switch
            className={classes.switch ?? ''}
            label={t('outbound.form.retry')}
            {...form.getInputProps('retry', { type: 'checkbox' })}
          />
          <NumberInput
            label={t('outbound.form.max_retries')}
            suffix={t('outbound.form.times')}
            min={0}
            max={LIMITS.maxRetries}
            clampBehavior="none"
            disabled={!form.values.retry}
            {...count}
            {...form.getInputProps('maxRetries')}
          />
        </div>
        <TextInput
          type="datetime-local"
          label={t('outbound.form.scheduled')}
          description={t('outbound.form.scheduled_hint')}
          {...form.getInputProps('scheduled')}
        />
      </div>
    </details>
  )
}
