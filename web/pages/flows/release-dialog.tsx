import { Button, Group, Modal, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { flowKeys, releaseFlowDraft } from '../../api/flows.ts'
import type { FlowName } from '../../api/types.ts'
import formClasses from '../../components/form.module.css'
import { InlineProblem } from '../../components/inline-problem.tsx'
import { showDone } from '../../components/notices.ts'

const REASON_LIMIT = 300

interface ReleaseDialogProps {
  readonly flow: FlowName
  readonly revision: number
  readonly opened: boolean
  readonly onClose: () => void
}

/** The draft goes live, with the reason that colleagues read later. */
export function ReleaseDialog({ flow, revision, opened, onClose }: ReleaseDialogProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const release = useMutation({
    mutationFn: () => releaseFlowDraft(flow, revision, reason.trim()),
    onSuccess: async ({ live }) => {
      onClose()
      await client.invalidateQueries({ queryKey: flowKeys.all })
      showDone(t('flow.released', { version: live.version }))
    },
  })
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="sm"
      title={t('flow.release')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <form
        className={formClasses.stack}
        onSubmit={(event) => {
          event.preventDefault()
          release.mutate()
        }}
      >
        <p>{t('flow.release_text')}</p>
        <Textarea
          label={t('flow.reason')}
          description={t('flow.reason_hint')}
          autosize
          minRows={2}
          maxLength={REASON_LIMIT}
          required
          data-autofocus
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
        {release.error === null ? null : <InlineProblem error={release.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" loading={release.isPending} disabled={reason.trim() === ''}>
            {t('flow.release')}
          </Button>
        </Group>
      </form>
    </Modal>
  )
}
