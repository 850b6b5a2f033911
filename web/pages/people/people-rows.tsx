import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { changeAccount } from '../../api/accounts.ts'
import type { Account, AccountChange } from '../../api/types.ts'
import { showDone, showProblem } from '../../components/notices.ts'
import { Pill } from '../../components/pill.tsx'
import classes from './people-page.module.css'
import { useAccountsChanged } from './use-accounts-changed.ts'

interface PeopleRowsProps {
  readonly accounts: readonly Account[]
  /** One's own account: another owner has to change it. */
  readonly myId: string
  readonly onRenew: (id: string) => void
}

export function PeopleRows({ accounts, myId, onRenew }: PeopleRowsProps) {
  return (
    <ul className={classes.rows}>
      {accounts.map((account) => (
        <Row key={account.id} account={account} mine={account.id === myId} onRenew={onRenew} />
      ))}
    </ul>
  )
}

interface RowProps {
  readonly account: Account
  readonly mine: boolean
  readonly onRenew: (id: string) => void
}

function Row({ account, mine, onRenew }: RowProps) {
  const { t } = useTranslation()
  const { name, email, role, blocked } = account
  return (
    <li className={classes.row} data-off={blocked || undefined}>
      <div className={classes.who}>
        <h2 className={classes.name}>
          {name}
          {mine ? <span className={classes.mine}>{t('people.me')}</span> : null}
        </h2>
        <p className={classes.email}>{email}</p>
      </div>
      <p className={classes.states}>
        <Pill tone={role === 'admin' ? 'progress' : 'done'}>{t(`user.role.${role}`)}</Pill>
        {blocked ? <Pill tone="issue">{t('people.blocked')}</Pill> : null}
        {account.must_change_password ? <Pill tone="warn">{t('people.first_password')}</Pill> : null}
      </p>
      {mine ? null : <Actions account={account} onRenew={onRenew} />}
    </li>
  )
}

function Actions({ account, onRenew }: Omit<RowProps, 'mine'>) {
  const { t } = useTranslation()
  const { id, name, role, blocked } = account
  const refresh = useAccountsChanged()
  const change = useMutation({
    mutationFn: (wanted: AccountChange) => changeAccount(id, wanted),
    onSuccess: () => showDone(t('people.saved', { name })),
    onError: (error) => showProblem(error, t('people.not_saved', { name }), t),
    onSettled: refresh,
  })
  const named = (action: string) => ({ 'aria-label': `${name}: ${action}` })
  const otherRole = role === 'admin' ? 'agent' : 'admin'
  const roleText = t(`people.make.${otherRole}`)
  const blockText = t(blocked ? 'people.unblock' : 'people.block')
  return (
    <div className={classes.actions}>
      <Button
        size="xs"
        variant="default"
        disabled={change.isPending}
        onClick={() => change.mutate({ role: otherRole })}
        {...named(roleText)}
      >
        {roleText}
      </Button>
      <Button size="xs" variant="default" onClick={() => onRenew(id)} {...named(t('people.renew'))}>
        {t('people.renew')}
      </Button>
      <Button
        size="xs"
        variant="default"
        disabled={change.isPending}
        data-grave={!blocked || undefined}
        className={classes.block ?? ''}
        onClick={() => change.mutate({ blocked: !blocked })}
        {...named(blockText)}
      >
        {blockText}
      </Button>
    </div>
  )
}
