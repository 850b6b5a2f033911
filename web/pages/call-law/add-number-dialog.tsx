import { Button, Group, Modal, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { addDoNotCall, callLawKey } from '../../api/call-law.ts'
import { ApiError } from '../../api/problem.ts'
import formClasses from '../../components/form.module.css'
import { InlineProblem } from '../../components/inline-problem.tsx'
import { showDone } from '../../components/notices.ts'

interface DialogProps {
  readonly opened: boolean
  readonly onClose: () => void
}

/** Only what is surely none; the API has the last word. */
export const looksLikePhone = (text: string): boolean => /^\+?[\d\s().-]{8,20}$/.test(text.trim())
export const isRefused = (error: Error, field: string): boolean =>
  error instanceof ApiError && field in error.problem.fields

/** A number that nobody calls from now on. */
export function AddNumberDialog({ opened, onClose }: DialogProps) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="sm"
      title={t('call_law.never.add')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {opened ? <AddForm onClose={onClose} /> : null}
    </Modal>
  )
}

function AddForm({ onClose }: Pick<DialogProps, 'onClose'>) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const form = useForm({
    initialValues: { phone: '', reason: '' },
    validate: { phone: (phone) => (looksLikePhone(phone) ? null : t('call_law.error.phone')) },
  })
  const add = useMutation({
    mutationFn: ({ phone, reason }: typeof form.values) =>
      addDoNotCall({ phone, ...(reason.trim() === '' ? {} : { reason: reason.trim() }) }),
    onSuccess: () => {
      showDone(t('call_law.never.added'))
      onClose()
    },
    onError: (error) => {
      if (isRefused(error, 'phone')) form.setErrors({ phone: t('call_law.error.phone') })
    },
    onSettled: () => client.invalidateQueries({ queryKey: callLawKey }),
  })
  return (
    <form
      className={formClasses.stack}
      noValidate
      onSubmit={form.onSubmit(
        (values) => add.mutate(values),
        () => form.getInputNode('phone')?.focus(),
      )}
    >
      <p>{t('call_law.never.add_text')}</p>
      <TextInput
        type="tel"
        label={t('call_law.phone')}
        placeholder="010-1234-5678"
        autoComplete="off"
        withAsterisk
        required
        data-autofocus
        {...form.getInputProps('phone')}
      />
      <TextInput
        label={t('call_law.never.reason')}
        description={t('call_law.never.reason_hint')}
        maxLength={200}
        {...form.getInputProps('reason')}
      />
      {add.error === null || isRefused(add.error, 'phone') ? null : <InlineProblem error={add.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" loading={add.isPending}>
          {t('call_law.never.add')}
        </Button>
      </Group>
    </form>
  )
}
