import { Button, Group, Modal, NativeSelect, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { callLawKey, recordConsent } from '../../api/call-law.ts'
import type { CallConsentView } from '../../api/types.ts'
import formClasses from '../../components/form.module.css'
import { InlineProblem } from '../../components/inline-problem.tsx'
import { showDone } from '../../components/notices.ts'
import { fromLocalInput, toLocalInput } from '../../format/time.ts'
import { isRefused, looksLikePhone } from './add-number-dialog.tsx'
import { PURPOSES } from './call-law-search.ts'

interface ConsentDialogProps {
  readonly opened: boolean
  readonly onClose: () => void
}

interface Values {
  readonly phone: string
  readonly purpose: CallConsentView['purpose']
  /** Of an input of local time, in Korea. */
  readonly at: string
  readonly source: string
}

/** Somebody agreed to advertising calls. */
export function ConsentDialog({ opened, onClose }: ConsentDialogProps) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('call_law.consents.add')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {opened ? <ConsentForm onClose={onClose} /> : null}
    </Modal>
  )
}

function ConsentForm({ onClose }: Pick<ConsentDialogProps, 'onClose'>) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const form = useForm<Values>({
    initialValues: {
      phone: '',
      purpose: 'advertising',
      at: toLocalInput(new Date().toISOString()),
      source: '',
    },
    validate: {
      phone: (phone) => (looksLikePhone(phone) ? null : t('call_law.error.phone')),
      at: (at) => (Date.parse(fromLocalInput(at)) <= Date.now() ? null : t('call_law.error.at')),
      source: (source) => (source.trim() === '' ? t('call_law.error.how') : null),
    },
  })
  const record = useMutation({
    mutationFn: ({ phone, purpose, at, source }: Values) =>
      recordConsent({ phone, purpose, given: true, at: fromLocalInput(at), source: source.trim() }),
    onSuccess: () => {
      showDone(t('call_law.consents.recorded'))
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
        (values) => record.mutate(values),
        (errors) => form.getInputNode(Object.keys(errors)[0] ?? '')?.focus(),
      )}
    >
      <p>{t('call_law.consents.add_text')}</p>
      <div className={formClasses.two}>
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
        <NativeSelect
          label={t('call_law.filter.purpose')}
          data={PURPOSES.map((value) => ({ value, label: t(`call_law.purpose.${value}`) }))}
          {...form.getInputProps('purpose')}
        />
      </div>
      <TextInput
        type="datetime-local"
        label={t('call_law.consents.at')}
        withAsterisk
        required
        {...form.getInputProps('at')}
      />
      <TextInput
        label={t('call_law.consents.how')}
        description={t('call_law.consents.how_hint')}
        maxLength={200}
        withAsterisk
        required
        {...form.getInputProps('source')}
      />
      {record.error === null || isRefused(record.error, 'phone') ? null : (
        <InlineProblem error={record.error} />
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" loading={record.isPending}>
          {t('call_law.consents.add')}
        </Button>
      </Group>
    </form>
  )
}
