import { Button, Group, Modal } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { apiKeysQuery, revokeApiKey } from '../../api/api-keys.ts'
import type { ApiKeyView } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { showDone, showProblem } from '../../components/notices.ts'
import { Pill } from '../../components/pill.tsx'
import { formatExact, formatWhen } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './api-keys-page.module.css'
import { SCOPE_TEXT } from './scopes.ts'

export function ApiKeyRows({ keys }: { readonly keys: readonly ApiKeyView[] }) {
  const [asked, setAsked] = useState<ApiKeyView | null>(null)
  return (
    <>
      <ul className={classes.rows}>
        {keys.map((key) => (
          <Row key={key.id} apiKey={key} onRevoke={() => setAsked(key)} />
        ))}
      </ul>
      <RevokeDialog apiKey={asked} onClose={() => setAsked(null)} />
    </>
  )
}

function Row({ apiKey, onRevoke }: { readonly apiKey: ApiKeyView; readonly onRevoke: () => void }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const when = (iso: string) => formatWhen(iso, language, now)
  const { name, hint, active, last_used_at: usedAt, expires_at: expiresAt } = apiKey
  return (
    <li className={classes.row} data-off={!active || undefined}>
      <div>
        <h2 className={classes.name}>
          {name}
          <code className={classes.keyHint}>{hint}…</code>
        </h2>
        <p className={classes.made} title={formatExact(apiKey.created_at)}>
          {t('api_key.created', { who: apiKey.created_by, when: when(apiKey.created_at) })}
        </p>
      </div>
      <ul className={classes.scopes} aria-label={t('api_key.scopes')}>
        {apiKey.scopes.map((scope) => (
          <li key={scope}>{t(`api_key.scope.${SCOPE_TEXT[scope]}`)}</li>
        ))}
      </ul>
      <p className={classes.times}>
        <span>{usedAt === null ? t('api_key.unused') : t('api_key.last_used', { when: when(usedAt) })}</span>
        <span>
          {expiresAt === null ? t('api_key.never') : t('api_key.expires_at', { when: when(expiresAt) })}
        </span>
      </p>
      <div className={classes.end}>
        <Pill tone={active ? 'progress' : 'done'}>
          {t(active ? 'api_key.active' : apiKey.revoked_at === null ? 'api_key.expired' : 'api_key.revoked')}
        </Pill>
        {apiKey.revoked_at === null ? (
          <Button
            size="xs"
            variant="default"
            className={classes.revoke ?? ''}
            aria-label={t('api_key.revoke_of', { name })}
            onClick={onRevoke}
          >
            {t('api_key.revoke')}
          </Button>
        ) : null}
      </div>
    </li>
  )
}

interface RevokeDialogProps {
  /** Null: closed. */
  readonly apiKey: ApiKeyView | null
  readonly onClose: () => void
}

function RevokeDialog({ apiKey, onClose }: RevokeDialogProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const name = apiKey?.name ?? ''
  const revoke = useMutation({
    mutationFn: revokeApiKey,
    onSuccess: (key) => showDone(t('api_key.revoke_done', { name: key.name })),
    onError: (error) => showProblem(error, t('api_key.revoke'), t),
    onSettled: () => client.invalidateQueries({ queryKey: apiKeysQuery.queryKey }),
  })
  return (
    <Modal
      opened={apiKey !== null}
      onClose={onClose}
      size="sm"
      title={t('api_key.revoke_ask', { name })}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <p>{t('api_key.revoke_text')}</p>
      <Group justify="flex-end" gap="xs" mt={14}>
        <Button variant="default" onClick={onClose} data-autofocus>
          {t('action.cancel')}
        </Button>
        <Button
          onClick={() => {
            if (apiKey !== null) revoke.mutate(apiKey.id)
            onClose()
          }}
        >
          {t('api_key.revoke')}
        </Button>
      </Group>
    </Modal>
  )
}
