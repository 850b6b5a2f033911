import { Button, Group, Modal } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { renewPassword } from '../../api/accounts.ts'
import type { Account } from '../../api/types.ts'
import formClasses from '../../components/form.module.css'
import { InlineProblem } from '../../components/inline-problem.tsx'
import { FirstPasswordNote } from './first-password.tsx'
import { useAccountsChanged } from './use-accounts-changed.ts'

interface PasswordDialogProps {
  /** Null: closed. */
  readonly account: Account | null
  readonly onClose: () => void
}

/** A new first password for somebody who forgot theirs, or whose password others may know. */
export function PasswordDialog({ account, onClose }: PasswordDialogProps) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={account !== null}
      onClose={onClose}
      size="sm"
      title={account === null ? '' : t('people.renew_of', { name: account.name })}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {account === null ? null : <Question account={account} onClose={onClose} />}
    </Modal>
  )
}

function Question({ account, onClose }: { readonly account: Account; readonly onClose: () => void }) {
  const { t } = useTranslation()
  const refresh = useAccountsChanged()
  // The password is forgotten with the dialog.
  const renew = useMutation({ mutationFn: () => renewPassword(account.id), onSuccess: refresh, gcTime: 0 })
  if (renew.data !== undefined) return <FirstPasswordNote told={renew.data} onClose={onClose} />
  return (
    <div className={formClasses.stack}>
      <p>{t('people.renew_text', { name: account.name })}</p>
      {renew.error === null ? null : <InlineProblem error={renew.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button loading={renew.isPending} onClick={() => renew.mutate()} data-autofocus>
          {t('people.renew')}
        </Button>
      </Group>
    </div>
  )
}
