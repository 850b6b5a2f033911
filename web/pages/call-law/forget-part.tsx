import { Button, Group, Modal, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconTrash } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { forgetNumber } from '../../api/call-law.ts'
import type { ErasedView } from '../../api/types.ts'
import formClasses from '../../components/form.module.css'
import { InlineProblem } from '../../components/inline-problem.tsx'
import { Section } from '../../components/section.tsx'
import { toPhoneDigits } from '../../format/text.ts'
import { isRefused, looksLikePhone } from './add-number-dialog.tsx'
import classes from './forget-part.module.css'
import { inOurWords } from './refusals.ts'

const TAIL_DIGITS = 4
const WHAT = ['requests', 'calls', 'campaign_rows', 'law_lines'] as const

/** What is kept about a number is looked up, and erased for good once its last digits were typed again. */
export function ForgetPart() {
  const { t } = useTranslation()
  const form = useForm({
    initialValues: { phone: '' },
    validate: { phone: (phone) => (looksLikePhone(phone) ? null : t('call_law.error.phone')) },
  })
  const [asking, setAsking] = useState<string | null>(null)
  const [done, setDone] = useState<ErasedView | null>(null)
  const count = useMutation({
    mutationFn: (phone: string) => forgetNumber(phone, true),
    onError: (error) => {
      if (isRefused(error, 'phone')) form.setErrors({ phone: t('call_law.error.phone') })
    },
  })
  const found = count.data
  const isNothing = found !== undefined && WHAT.every((what) => found[what] === 0)
  return (
    <Section title={t('call_law.forget.title')}>
      <div className={classes.part}>
        <p>{t('call_law.forget.text')}</p>
        <form
          className={classes.ask}
          noValidate
          onSubmit={form.onSubmit(({ phone }) => {
            setDone(null)
            count.mutate(phone)
          })}
        >
          <TextInput
            type="tel"
            className={classes.number ?? ''}
            label={t('call_law.phone')}
            placeholder="010-1234-5678"
            autoComplete="off"
            {...form.getInputProps('phone')}
          />
          <Button type="submit" variant="default" className={classes.look ?? ''} loading={count.isPending}>
            {t('call_law.forget.look')}
          </Button>
        </form>
        {count.error === null || isRefused(count.error, 'phone') ? null : (
          <InlineProblem error={count.error} />
        )}
        {found === undefined || done !== null ? null : isNothing ? (
          <p role="status">{t('call_law.forget.nothing')}</p>
        ) : (
          <>
            <Counts label={t('call_law.forget.found')} counts={found} />
            <div>
              <Button
                color="clay"
                leftSection={<IconTrash size={16} stroke={1.8} aria-hidden />}
                onClick={() => setAsking(count.variables)}
              >
                {t('call_law.forget.erase')}
              </Button>
            </div>
          </>
        )}
        {done === null ? null : (
          <div role="status" className={classes.done}>
            <p className={classes.doneTitle}>{t('call_law.forget.done')}</p>
            <Counts label={t('call_law.forget.done')} counts={done} />
            {done.files_waiting === 0 ? null : (
              <p>{t('call_law.forget.waiting', { count: done.files_waiting })}</p>
            )}
          </div>
        )}
      </div>
      <Modal
        opened={asking !== null}
        onClose={() => setAsking(null)}
        size="sm"
        title={t('call_law.forget.ask')}
        closeButtonProps={{ 'aria-label': t('action.close') }}
      >
        {asking === null ? null : (
          <Confirm
            phone={asking}
            onClose={() => setAsking(null)}
            onDone={(erased) => {
              setDone(erased)
              setAsking(null)
              form.reset()
              count.reset()
            }}
          />
        )}
      </Modal>
    </Section>
  )
}

function Counts({ label, counts }: { readonly label: string; readonly counts: ErasedView }) {
  const { t } = useTranslation()
  return (
    <dl className={classes.counts} aria-label={label}>
      {WHAT.map((what) => (
        <div key={what}>
          <dt>{t(`call_law.forget.what.${what}`)}</dt>
          <dd>{counts[what].toLocaleString('en-US')}</dd>
        </div>
      ))}
    </dl>
  )
}

interface ConfirmProps {
  readonly phone: string
  readonly onClose: () => void
  readonly onDone: (erased: ErasedView) => void
}

function Confirm({ phone, onClose, onDone }: ConfirmProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [tail, setTail] = useState('')
  const [isWrong, setWrong] = useState(false)
  const erase = useMutation({
    mutationFn: () => forgetNumber(phone, false),
    onSuccess: onDone,
    // Nothing of it stays on any screen.
    onSettled: () => client.invalidateQueries(),
  })
  return (
    <form
      className={formClasses.stack}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        const isSame = tail.trim() === toPhoneDigits(phone).slice(-TAIL_DIGITS)
        setWrong(!isSame)
        if (isSame) erase.mutate()
      }}
    >
      <p>{t('call_law.forget.ask_text')}</p>
      <TextInput
        inputMode="numeric"
        label={t('call_law.forget.tail')}
        maxLength={TAIL_DIGITS}
        autoComplete="off"
        data-autofocus
        value={tail}
        error={isWrong ? t('call_law.forget.tail_wrong') : undefined}
        onChange={({ currentTarget }) => setTail(currentTarget.value)}
      />
      {erase.error === null ? null : <InlineProblem error={inOurWords(erase.error, t)} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" color="clay" loading={erase.isPending}>
          {t('call_law.forget.erase')}
        </Button>
      </Group>
    </form>
  )
}
