import { Button, Group, Modal, PasswordInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api/problem.ts'
import { changePassword, meQuery } from '../../api/session.ts'
import classes from '../form.module.css'
import { InlineProblem } from '../inline-problem.tsx'
import { showDone } from '../notices.ts'

/** The API refuses shorter ones. */
const MIN_PASSWORD_LENGTH = 10

export function PasswordDialog({
  opened,
  onClose,
}: {
  readonly opened: boolean
  readonly onClose: () => void
}) {
  const { t } = useTranslation()
  return (
    <Modal opened={opened} onClose={onClose} title={t('password.title')} size="sm">
      {opened ? <PasswordForm onClose={onClose} /> : null}
    </Modal>
  )
}

function PasswordForm({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { current: '', next: '', again: '' },
    validate: {
      current: (value) => (value === '' ? t('password.error_current') : null),
      next: (value, all) =>
        value.length < MIN_PASSWORD_LENGTH
          ? t('password.error_short')
          : value === all.current
            ? t('password.error_same')
            : null,
      again: (value, all) => (value === all.next ? null : t('password.error_again')),
    },
  })
  const change = useMutation({
    mutationFn: (values: typeof form.values) =>
      changePassword({ currentPassword: values.current, newPassword: values.next }),
    onSuccess: async () => {
      showDone(t('password.done'), t('password.done_text'))
      onClose()
      await client.invalidateQueries({ queryKey: meQuery.queryKey })
    },
    onError: (error) => {
      if (isWrongPassword(error)) form.setFieldError('current', t('password.error_wrong'))
    },
  })
  return (
    <form className={classes.stack} noValidate onSubmit={form.onSubmit((values) => change.mutate(values))}>
      <PasswordInput
        key={form.key('current')}
        label={t('password.current')}
        autoComplete="current-password"
        data-autofocus
        {...form.getInputProps('current')}
      />
      <PasswordInput
        key={form.key('next')}
        label={t('password.next')}
        description={t('password.next_hint')}
        autoComplete="new-password"
        {...form.getInputProps('next')}
      />
      <PasswordInput
        key={form.key('again')}
        label={t('password.again')}
        autoComplete="new-password"
        {...form.getInputProps('again')}
      />
      {change.error !== null && !isWrongPassword(change.error) ? (
        <InlineProblem error={change.error} />
      ) : null}
      <Group justify="flex-end" gap="xs" mt="xs">
        <Button variant="default" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" loading={change.isPending}>
          {t('password.submit')}
        </Button>
      </Group>
    </form>
  )
}

/** better-auth answers 400 INVALID_PASSWORD. */
const isWrongPassword = (error: unknown): boolean =>
  error instanceof ApiError && error.problem.code?.toUpperCase() === 'INVALID_PASSWORD'
