import { Button, Group, Modal, NativeSelect, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { addAccount } from '../../api/accounts.ts'
import { ApiError } from '../../api/problem.ts'
import type { NewAccount } from '../../api/types.ts'
import formClasses from '../../components/form.module.css'
import { InlineProblem } from '../../components/inline-problem.tsx'
import { FirstPasswordNote } from './first-password.tsx'
import { useAccountsChanged } from './use-accounts-changed.ts'

const NAME_LIMIT = 60
/** Only what is surely none; the API has the last word. */
const EMAIL = /^\S+@\S+\.\S+$/

interface AddDialogProps {
  readonly opened: boolean
  readonly onClose: () => void
}

/** Adds somebody, and shows the password to begin with. */
export function AddDialog({ opened, onClose }: AddDialogProps) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="sm"
      title={t('people.add')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {opened ? <AddForm onClose={onClose} /> : null}
    </Modal>
  )
}

function AddForm({ onClose }: Omit<AddDialogProps, 'opened'>) {
  const { t } = useTranslation()
  const refresh = useAccountsChanged()
  const form = useForm<NewAccount>({
    initialValues: { name: '', email: '', role: 'agent' },
    validate: {
      name: (name) => (name.trim() === '' ? t('people.error.name') : null),
      email: (email) => (EMAIL.test(email.trim()) ? null : t('people.error.email')),
    },
  })
  // The password is forgotten with the dialog.
  const add = useMutation({
    mutationFn: addAccount,
    gcTime: 0,
    onSuccess: refresh,
    onError: (error) => {
      const emailError = emailProblem(error)
      if (emailError !== null) form.setErrors({ email: t(emailError) })
    },
  })
  if (add.data !== undefined) return <FirstPasswordNote told={add.data} onClose={onClose} />
  return (
    <form
      className={formClasses.stack}
      noValidate
      onSubmit={form.onSubmit(
        ({ name, email, role }) => add.mutate({ name: name.trim(), email: email.trim(), role }),
        (errors) => form.getInputNode(Object.keys(errors)[0] ?? '')?.focus(),
      )}
    >
      <TextInput
        label={t('people.name')}
        maxLength={NAME_LIMIT}
        autoComplete="off"
        withAsterisk
        required
        data-autofocus
        {...form.getInputProps('name')}
      />
      <TextInput
        type="email"
        label={t('people.email')}
        description={t('people.email_hint')}
        maxLength={254}
        autoComplete="off"
        withAsterisk
        required
        {...form.getInputProps('email')}
      />
      <NativeSelect
        label={t('people.role')}
        description={t('people.role_hint')}
        data={(['agent', 'admin'] as const).map((value) => ({ value, label: t(`user.role.${value}`) }))}
        {...form.getInputProps('role')}
      />
      {add.error === null || emailProblem(add.error) !== null ? null : <InlineProblem error={add.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" loading={add.isPending}>
          {t('people.add')}
        </Button>
      </Group>
    </form>
  )
}

/** What the API has against the e-mail, as a text of ours. */
function emailProblem(error: Error): 'people.error.taken' | 'people.error.email' | null {
  if (!(error instanceof ApiError)) return null
  if (error.problem.code === 'email_taken') return 'people.error.taken'
  return 'email' in error.problem.fields ? 'people.error.email' : null
}
