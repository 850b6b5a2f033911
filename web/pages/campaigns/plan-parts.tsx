import { ActionIcon, Button, Checkbox, NativeSelect, NumberInput, Textarea, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { IconX } from '@tabler/icons-react'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { OutboundOptions } from '../../api/types.ts'
import formClasses from '../../components/form.module.css'
import { formatPhone } from '../../format/text.ts'
import { Part } from '../outbound/form-parts.tsx'
import outboundClasses from '../outbound/new-outbound-page.module.css'
import { WEEKDAYS } from './calling-hours.ts'
import classes from './new-campaign-page.module.css'
import { hasWrongAdvanced, PLAN_LIMITS, type PlanValues, RETRIED } from './plan-form.ts'
import { LIMITS } from './speed.ts'

type PlanForm = UseFormReturnType<PlanValues>
interface PartProps {
  readonly form: PlanForm
}
type PartWithOptions = PartProps & { readonly options: OutboundOptions }

const KINDS = ['survey', 'notice', 'advertising'] as const

export function AboutPart({ form, options }: PartWithOptions) {
  const { t } = useTranslation()
  return (
    <Part title={t('campaign.form.about')}>
      <div className={formClasses.two}>
        <TextInput
          autoComplete="off"
          label={t('campaign.form.name')}
          description={t('campaign.form.name_hint')}
          withAsterisk
          required
          {...form.getInputProps('name')}
        />
        <NativeSelect
          label={t('campaign.form.kind')}
          description={t('campaign.form.kind_hint')}
          data={KINDS.map((kind) => ({ value: kind, label: t(`campaign.kind.${kind}`) }))}
          {...form.getInputProps('kind')}
        />
      </div>
      <Checkbox.Group
        label={t('campaign.form.callers')}
        description={t('campaign.form.callers_hint')}
        withAsterisk
        {...form.getInputProps('callers')}
      >
        <div className={classes.choices}>
          {options.caller_numbers.map((number) => (
            <Checkbox key={number} value={number} label={formatPhone(number)} />
          ))}
        </div>
      </Checkbox.Group>
      <TextInput
        autoComplete="off"
        label={t('campaign.form.display_name')}
        description={t('outbound.form.display_name_hint')}
        {...form.getInputProps('displayName')}
      />
    </Part>
  )
}

export function WordsPart({ form }: PartProps) {
  const { t } = useTranslation()
  const list = useRef<HTMLOListElement>(null)
  const { questions } = form.values
  const add = () => {
    const key = Math.max(...questions.map((question) => question.key)) + 1
    form.insertListItem('questions', { key, text: '' })
    requestAnimationFrame(() => list.current?.querySelector<HTMLInputElement>('li:last-child input')?.focus())
  }
  return (
    <Part title={t('campaign.form.words')}>
      <p className={outboundClasses.hint}>{t('campaign.form.words_hint')}</p>
      <Textarea
        autosize
        minRows={2}
        maxRows={8}
        label={t('campaign.form.purpose')}
        description={t('outbound.form.purpose_hint')}
        withAsterisk
        required
        {...form.getInputProps('purpose')}
      />
      <fieldset className={classes.fieldset}>
        <legend className={classes.legend}>{t('campaign.form.questions')}</legend>
        <ol className={outboundClasses.questions} ref={list}>
          {questions.map(({ key }, index) => (
            <li key={key} className={outboundClasses.question}>
              <span className={outboundClasses.place} aria-hidden>
                {index + 1}
              </span>
              <TextInput
                className={outboundClasses.words ?? ''}
                autoComplete="off"
                aria-label={t('outbound.form.question', { number: index + 1 })}
                required
                {...form.getInputProps(`questions.${index}.text`)}
                onKeyDown={(event) => {
                  // Enter adds the next one; the form is sent by its button.
                  if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
                  event.preventDefault()
                  if (index === questions.length - 1 && questions.length < PLAN_LIMITS.questions) add()
                }}
              />
              <ActionIcon
                size={36}
                disabled={questions.length === 1}
                aria-label={t('outbound.form.remove_question', { number: index + 1 })}
                onClick={() => form.removeListItem('questions', index)}
              >
                <IconX size={16} stroke={1.8} aria-hidden />
              </ActionIcon>
            </li>
          ))}
        </ol>
        <Button
          variant="default"
          size="xs"
          className={outboundClasses.add ?? ''}
          disabled={questions.length >= PLAN_LIMITS.questions}
          onClick={add}
        >
          {t('outbound.form.add_question')}
        </Button>
      </fieldset>
    </Part>
  )
}

const COUNT = { allowDecimal: false, allowNegative: false, clampBehavior: 'none' } as const

export function HoursPart({ form }: PartProps) {
  const { t } = useTranslation()
  return (
    <Part title={t('campaign.form.hours')}>
      <p className={outboundClasses.hint}>{t('campaign.form.hours_hint')}</p>
      <div className={formClasses.two}>
        <TextInput type="time" label={t('campaign.form.from')} {...form.getInputProps('from')} />
        <TextInput type="time" label={t('campaign.form.until')} {...form.getInputProps('until')} />
      </div>
      <Checkbox.Group label={t('campaign.form.weekdays')} {...form.getInputProps('weekdays')}>
        <div className={classes.choices}>
          {WEEKDAYS.map((day) => (
            <Checkbox key={day} value={String(day)} label={t(`campaign.day.d${day}`)} />
          ))}
        </div>
      </Checkbox.Group>
      <Checkbox
        label={t('campaign.form.on_holidays')}
        {...form.getInputProps('onHolidays', { type: 'checkbox' })}
      />
    </Part>
  )
}

export function PacePart({ form }: PartProps) {
  const { t } = useTranslation()
  return (
    <Part title={t('campaign.speed.title')}>
      <div className={formClasses.two}>
        <NumberInput
          label={t('campaign.speed.window')}
          description={t('campaign.form.window_hint')}
          min={1}
          max={LIMITS.windowSize}
          {...COUNT}
          {...form.getInputProps('windowSize')}
        />
        <NumberInput
          label={t('campaign.speed.rate')}
          description={t('campaign.form.rate_hint')}
          min={LIMITS.slowest}
          max={LIMITS.callsPerSecond}
          step={0.5}
          allowNegative={false}
          clampBehavior="none"
          {...form.getInputProps('rate')}
        />
        <NumberInput
          label={t('campaign.form.max_retries')}
          description={t('campaign.form.max_retries_hint')}
          suffix={t('outbound.form.times')}
          min={0}
          max={PLAN_LIMITS.maxRetries}
          {...COUNT}
          {...form.getInputProps('maxRetries')}
        />
      </div>
    </Part>
  )
}

export function MorePart({ form, options }: PartWithOptions) {
  const { t } = useTranslation()
  const minutes = t('campaign.form.minutes')
  return (
    <details className={outboundClasses.part} {...(hasWrongAdvanced(form.errors) ? { open: true } : {})}>
      <summary className={outboundClasses.partTitle}>{t('outbound.form.advanced')}</summary>
      <div className={formClasses.stack}>
        <fieldset className={classes.fieldset}>
          <legend className={classes.legend}>{t('campaign.form.retries')}</legend>
          <p className={classes.under}>{t('campaign.form.retries_hint')}</p>
          <div className={classes.four}>
            {RETRIED.map((outcome) => (
              <NumberInput
                key={outcome}
                label={t(`outbound.state.${outcome}`)}
                suffix={minutes}
                {...COUNT}
                {...form.getInputProps(`retries.${outcome}`)}
              />
            ))}
          </div>
        </fieldset>
        <fieldset className={classes.fieldset}>
          <legend className={classes.legend}>{t('campaign.form.frequency')}</legend>
          <p className={classes.under}>{t('campaign.form.frequency_hint')}</p>
          <div className={formClasses.two}>
            <NumberInput
              label={t('campaign.form.frequency_calls')}
              suffix={t('outbound.form.times')}
              {...COUNT}
              {...form.getInputProps('frequencyCalls')}
            />
            <NumberInput
              label={t('campaign.form.frequency_days')}
              suffix={t('campaign.form.days')}
              {...COUNT}
              {...form.getInputProps('frequencyDays')}
            />
          </div>
        </fieldset>
        <fieldset className={classes.fieldset}>
          <legend className={classes.legend}>{t('campaign.form.breaker')}</legend>
          <p className={classes.under}>{t('campaign.form.breaker_hint')}</p>
          <div className={classes.three}>
            <NumberInput
              label={t('campaign.form.breaker_seconds')}
              suffix={t('outbound.form.seconds')}
              {...COUNT}
              {...form.getInputProps('breakerSeconds')}
            />
            <NumberInput
              label={t('campaign.form.breaker_calls')}
              {...COUNT}
              {...form.getInputProps('breakerCalls')}
            />
            <NumberInput
              label={t('campaign.form.breaker_share')}
              suffix="%"
              {...COUNT}
              {...form.getInputProps('breakerShare')}
            />
          </div>
        </fieldset>
        <div className={formClasses.two}>
          <NumberInput
            label={t('outbound.form.max_duration')}
            suffix={t('outbound.form.seconds')}
            step={30}
            min={PLAN_LIMITS.minDurationSeconds}
            max={options.max_call_duration}
            {...COUNT}
            {...form.getInputProps('maxDuration')}
          />
          <NumberInput
            label={t('outbound.form.priority')}
            description={t('outbound.form.priority_hint')}
            min={1}
            max={10}
            {...COUNT}
            {...form.getInputProps('priority')}
          />
        </div>
        <TextInput
          autoComplete="off"
          label={t('campaign.form.closed_days')}
          description={t('campaign.form.closed_days_hint')}
          {...form.getInputProps('closedDays')}
        />
      </div>
    </details>
  )
}
