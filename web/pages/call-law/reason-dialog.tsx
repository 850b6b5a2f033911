import { Button, Group, Modal, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { callLawKey } from '../../api/call-law.ts'
import formClasses from '../../components/form.module.css'
import { InlineProblem } from '../../components/inline-problem.tsx'
import { showDone } from '../../components/notices.ts'
import { inOurWords } from './refusals.ts'

const LONGEST_REASON = 200

interface ReasonDialogProps {
  /** What it is done to; null: closed. */
  readonly id: number | null
  readonly title: string
  readonly text: string
  /** Of the reason. */
  readonly label: string
  readonly action: string
  readonly done: string
  readonly act: (id: number, reason: string) => Promise<unknown>
  readonly onClose: () => void
}

/** What is only done with a reason, which is kept. */
export function ReasonDialog({ id, title, onClose, ...rest }: ReasonDialogProps) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={id !== null}
      onClose={onClose}
      title={title}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {id === null ? null : <Question id={id} onClose={onClose} {...rest} />}
    </Modal>
  )
}

function Question(props: Omit<ReasonDialogProps, 'id' | 'title'> & { readonly id: number }) {
  const { id, text, label, action, done, act, onClose } = props
  const { t } = useTranslation()
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const [isMissing, setMissing] = useState(false)
  const doing = useMutation({
    mutationFn: () => act(id, reason.trim()),
    onSuccess: () => {
      showDone(done)
      onClose()
    },
    onSettled: () => client.invalidateQueries({ queryKey: callLawKey }),
  })
  return (
    <form
      className={formClasses.stack}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        setMissing(reason.trim() === '')
        if (reason.trim() !== '') doing.mutate()
      }}
    >
      <p>{text}</p>
      <Textarea
        label={label}
        maxLength={LONGEST_REASON}
        autosize
        minRows={2}
        withAsterisk
        required
        data-autofocus
        value={reason}
        error={isMissing ? t('call_law.error.reason') : undefined}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
      />
      {doing.error === null ? null : <InlineProblem error={inOurWords(doing.error, t)} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" loading={doing.isPending}>
          {action}
        </Button>
      </Group>
    </form>
  )
}
