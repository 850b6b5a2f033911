import { Button, Textarea } from '@mantine/core'
import { type FormEvent, type KeyboardEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { IssueDetail } from '../../../api/types.ts'
import { useMinute } from '../../../app/clock.ts'
import { InlineProblem } from '../../../components/inline-problem.tsx'
import { actorName } from '../../../components/issue/actor-name.ts'
import { useColleagues } from '../../../components/issue/use-colleagues.ts'
import { formatWhen } from '../../../format/time.ts'
import { useLanguage } from '../../../i18n/use-language.ts'
import classes from './issue-panel.module.css'
import { useComment } from './use-issue.ts'

const MAX_LENGTH = 1000

/** What people told each other about it, with a place to add to it. Ctrl+Enter adds. @param of its name, where several stand on the page. */
export function IssueComments({ issue, of }: { readonly issue: IssueDetail; readonly of?: string }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const people = useColleagues()
  const [text, setText] = useState('')
  const form = useRef<HTMLFormElement>(null)
  const comment = useComment(issue.id, () => setText(''))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (text.trim() !== '') comment.mutate(text.trim())
  }
  const submitByKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.current?.requestSubmit()
  }
  return (
    <div className={classes.comments}>
      <h3 className={classes.subheading}>{t('issue.comments.heading')}</h3>
      {issue.comments.length === 0 ? null : (
        <ol className={classes.commentList}>
          {issue.comments.map(({ id, author, at, text: said }) => (
            <li key={id} className={classes.comment}>
              <p className={classes.commentHead}>
                <b>{actorName(author, people, t)}</b> {formatWhen(at, language, now)}
              </p>
              <p className={classes.commentText}>{said}</p>
            </li>
          ))}
        </ol>
      )}
      <form ref={form} className={classes.commentForm} onSubmit={submit}>
        <Textarea
          aria-label={of === undefined ? t('issue.comments.write') : `${of}: ${t('issue.comments.write')}`}
          placeholder={t('issue.comments.placeholder')}
          autosize
          minRows={1}
          maxRows={6}
          maxLength={MAX_LENGTH}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
          onKeyDown={submitByKey}
        />
        <Button type="submit" variant="default" loading={comment.isPending} disabled={text.trim() === ''}>
          {t('issue.comments.send')}
        </Button>
      </form>
      {comment.error === null ? null : <InlineProblem error={comment.error} />}
    </div>
  )
}
