import { Button, NativeSelect, Popover, TextInput } from '@mantine/core'
import { IconCalendarClock, IconEye, IconEyeCheck } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { IssueDetail } from '../../../api/types.ts'
import { useMinute } from '../../../app/clock.ts'
import { actorName } from '../../../components/issue/actor-name.ts'
import { DuePill } from '../../../components/issue/due-pill.tsx'
import { useColleagues } from '../../../components/issue/use-colleagues.ts'
import { formatWhen, fromLocalInput, toLocalInput } from '../../../format/time.ts'
import { useLanguage } from '../../../i18n/use-language.ts'
import classes from './issue-panel.module.css'
import { useAcknowledge, useHandling } from './use-issue.ts'

interface HandlingProps {
  readonly issue: IssueDetail
  /** Its name, where several stand on the page. */
  readonly of?: string
}

/** Who looks after it, until when, and whether anybody has seen it. */
export function IssueHandling(props: HandlingProps) {
  return (
    <div className={classes.handling}>
      <Seen {...props} />
      <Assignee {...props} />
      <Due {...props} />
    </div>
  )
}

const named = (label: string, of: string | undefined): string =>
  of === undefined ? label : `${of}: ${label}`

function Seen({ issue, of }: HandlingProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const people = useColleagues()
  const acknowledge = useAcknowledge(issue.id)
  const { acknowledged_at: at, acknowledged_by: by, acknowledged_via: via } = issue
  if (at !== null && by !== null)
    return (
      <p className={classes.seen}>
        <IconEyeCheck size={16} stroke={1.8} aria-hidden />
        {t('issue.seen.by', { actor: actorName(by, people, t), time: formatWhen(at, language, now) })}
        {via === null || via === 'app' ? null : ` (${t(`issue.seen.via.${via}`)})`}
      </p>
    )
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconEye size={15} stroke={1.8} aria-hidden />}
      title={t('issue.seen.hint')}
      aria-label={named(t('issue.seen.acknowledge'), of)}
      loading={acknowledge.isPending}
      onClick={() => acknowledge.mutate()}
    >
      {t('issue.seen.acknowledge')}
    </Button>
  )
}

function Assignee({ issue, of }: HandlingProps) {
  const { t } = useTranslation()
  const people = useColleagues()
  const handling = useHandling(issue.id)
  // Somebody who can't sign in any more still stands there.
  const gone =
    issue.assignee === null || people.some(({ email }) => email === issue.assignee) ? [] : [issue.assignee]
  return (
    <NativeSelect
      size="xs"
      aria-label={named(t('issue.assignee.label'), of)}
      className={classes.assignee ?? ''}
      disabled={handling.isPending}
      value={issue.assignee ?? ''}
      data={[
        { value: '', label: t('issue.assignee.nobody') },
        ...people.map(({ email, name }) => ({ value: email, label: name })),
        ...gone.map((email) => ({ value: email, label: email })),
      ]}
      onChange={({ currentTarget }) =>
        handling.mutate({ assignee: currentTarget.value === '' ? null : currentTarget.value })
      }
    />
  )
}

function Due({ issue, of }: HandlingProps) {
  const { t } = useTranslation()
  const [opened, setOpened] = useState(false)
  const handling = useHandling(issue.id)
  const save = (due_at: string | null) => handling.mutate({ due_at }, { onSuccess: () => setOpened(false) })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const value = new FormData(event.currentTarget).get('due')
    if (typeof value === 'string' && value !== '') save(fromLocalInput(value))
  }
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" trapFocus shadow="none" withinPortal>
      <Popover.Target>
        <button
          type="button"
          className={classes.due}
          aria-expanded={opened}
          title={t('issue.due.set')}
          onClick={() => setOpened(!opened)}
        >
          <DuePill dueAt={issue.due_at} />
          <IconCalendarClock size={15} stroke={1.8} aria-hidden />
          <span className="visually-hidden">{named(t('issue.due.set'), of)}</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <form className={classes.dueForm} onSubmit={submit}>
          <TextInput
            type="datetime-local"
            name="due"
            label={t('issue.due.label')}
            description={t('issue.due.hint')}
            defaultValue={toLocalInput(issue.due_at)}
            data-autofocus
          />
          <div className={classes.dueButtons}>
            <Button size="xs" variant="default" disabled={issue.due_at === null} onClick={() => save(null)}>
              {t('issue.due.clear')}
            </Button>
            <Button size="xs" type="submit" loading={handling.isPending}>
              {t('issue.due.save')}
            </Button>
          </div>
        </form>
      </Popover.Dropdown>
    </Popover>
  )
}
