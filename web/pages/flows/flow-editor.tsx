import { Button, Group } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { discardFlowDraft, flowKeys, saveFlowDraft } from '../../api/flows.ts'
import type { FlowDetail } from '../../api/types.ts'
import { InlineProblem } from '../../components/inline-problem.tsx'
import { showDone, showProblem } from '../../components/notices.ts'
import { Pill } from '../../components/pill.tsx'
import { Section, SectionEmpty } from '../../components/section.tsx'
import { ContentForm } from './content-form.tsx'
import { FlowDiff } from './flow-diff.tsx'
import { changesOf, refusedParts, sameContent } from './flow-form.ts'
import { FlowHistory } from './flow-history.tsx'
import { FlowTrial } from './flow-trial.tsx'
import classes from './flows.module.css'
import { ReleaseDialog } from './release-dialog.tsx'

/** The draft beside what is live: edited, talked to, released. */
export function FlowEditor({ flow }: { readonly flow: FlowDetail }) {
  const { t } = useTranslation()
  const { draft, live } = flow
  const kept = draft?.content ?? live.content
  const [content, setContent] = useState(kept)
  const [releasing, setReleasing] = useState(false)
  const isChanged = !sameContent(content, kept)
  const save = useSave(flow)
  const discard = useDiscard(flow)
  const refused = refusedParts(save.error, t)
  const changes = changesOf(live.content, content, t)
  return (
    <div className={classes.columns}>
      <div className={classes.main}>
        <ContentForm rules={flow.rules} content={content} errors={refused} onChange={setContent} />
      </div>
      <aside className={classes.side} aria-label={t('flow.draft')}>
        <Section
          title={t('flow.draft')}
          aside={
            draft === null ? null : (
              <Pill tone={draft.state === 'tried' ? 'live' : 'todo'}>{t(`flow.state.${draft.state}`)}</Pill>
            )
          }
        >
          <p className={classes.hint}>{t(hintOf(flow, isChanged))}</p>
          {save.error === null ? null : Object.keys(refused).length > 0 ? (
            <p className={classes.refused} role="alert">
              {t('flow.not_saved', { count: Object.keys(refused).length })}
            </p>
          ) : (
            <InlineProblem error={save.error} />
          )}
          <Group gap="xs" mt={10}>
            <Button
              size="sm"
              disabled={!isChanged}
              loading={save.isPending}
              onClick={() => save.mutate(content)}
            >
              {t('flow.save')}
            </Button>
            <Button
              size="sm"
              variant="default"
              disabled={draft === null || draft.state !== 'tried' || isChanged}
              onClick={() => setReleasing(true)}
            >
              {t('flow.release')}
            </Button>
            {draft === null && !isChanged ? null : (
              <Button
                size="sm"
                variant="subtle"
                loading={discard.isPending}
                onClick={() => {
                  if (draft === null) setContent(live.content)
                  else discard.mutate(draft.revision)
                }}
              >
                {t('flow.discard')}
              </Button>
            )}
          </Group>
          <h3 className={classes.small}>{t('flow.changes', { count: changes.length })}</h3>
          {changes.length === 0 ? (
            <SectionEmpty>{t('flow.no_changes')}</SectionEmpty>
          ) : (
            <FlowDiff changes={changes} />
          )}
        </Section>
        <FlowTrial
          flow={flow.flow}
          trialNumber={flow.trial_number}
          version={draft === null ? live.version : null}
          isSaved={!isChanged}
          revision={draft?.revision ?? null}
        />
        <FlowHistory flow={flow} />
      </aside>
      {draft === null ? null : (
        <ReleaseDialog
          flow={flow.flow}
          revision={draft.revision}
          opened={releasing}
          onClose={() => setReleasing(false)}
        />
      )}
    </div>
  )
}

function hintOf({ draft }: FlowDetail, isChanged: boolean) {
  if (isChanged) return 'flow.hint.unsaved'
  if (draft === null) return 'flow.hint.none'
  return draft.state === 'tried' ? 'flow.hint.tried' : 'flow.hint.draft'
}

function useSave({ flow, draft }: FlowDetail) {
  const { t } = useTranslation()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (content: FlowDetail['live']['content']) =>
      saveFlowDraft(flow, content, draft?.revision ?? null),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: flowKeys.all })
      showDone(t('flow.saved'))
    },
  })
}

function useDiscard({ flow }: FlowDetail) {
  const { t } = useTranslation()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (revision: number) => discardFlowDraft(flow, revision),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: flowKeys.all })
      showDone(t('flow.discarded'))
    },
    onError: (error) => showProblem(error, t('flow.discard'), t),
  })
}
