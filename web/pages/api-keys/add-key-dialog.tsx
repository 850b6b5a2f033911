import { Button, Checkbox, CopyButton, Group, Modal, NativeSelect, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { addApiKey, apiKeysQuery } from '../../api/api-keys.ts'
import { ApiError } from '../../api/problem.ts'
import type { ApiScope } from '../../api/types.ts'
import formClasses from '../../components/form.module.css'
import { InlineProblem } from '../../components/inline-problem.tsx'
import classes from './api-keys-page.module.css'
import { SCOPE_TEXT, SCOPES } from './scopes.ts'

const LIVES = ['never', '30', '90', '365'] as const
const NAME_LIMIT = 60
const DAY_MS = 86_400_000

interface Values {
  readonly name: string
  readonly scopes: ApiScope[]
  /** Days, or "never". */
  readonly life: (typeof LIVES)[number]
}

interface AddKeyDialogProps {
  readonly opened: boolean
  readonly onClose: () => void
}

/** Makes a key, and shows it this once. */
export function AddKeyDialog({ opened, onClose }: AddKeyDialogProps) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('api_key.add')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
      // It is shown once: a slip of the mouse must not close it.
      closeOnClickOutside={false}
    >
      {opened ? <AddForm onClose={onClose} /> : null}
    </Modal>
  )
}

function AddForm({ onClose }: Omit<AddKeyDialogProps, 'opened'>) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const form = useForm<Values>({
    initialValues: { name: '', scopes: ['outbound:read', 'outbound:write'], life: '365' },
    validate: {
      name: (name) => (name.trim() === '' ? t('api_key.error.name') : null),
      scopes: (scopes) => (scopes.length === 0 ? t('api_key.error.scopes') : null),
    },
  })
  // The key is forgotten with the dialog.
  const add = useMutation({
    mutationFn: ({ name, scopes, life }: Values) =>
      addApiKey({
        name: name.trim(),
        scopes,
        ...(life === 'never'
          ? {}
          : { expires_at: new Date(Date.now() + Number(life) * DAY_MS).toISOString() }),
      }),
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: apiKeysQuery.queryKey }),
    onError: (error) => {
      if (isNameTaken(error)) form.setErrors({ name: t('api_key.error.taken') })
    },
  })
  if (add.data !== undefined) return <KeyNote secret={add.data.secret} onClose={onClose} />
  return (
    <form
      className={formClasses.stack}
      noValidate
      onSubmit={form.onSubmit(
        (values) => add.mutate(values),
        (errors) => form.getInputNode(Object.keys(errors)[0] ?? '')?.focus(),
      )}
    >
      <TextInput
        label={t('api_key.name')}
        description={t('api_key.name_hint')}
        maxLength={NAME_LIMIT}
        autoComplete="off"
        withAsterisk
        required
        data-autofocus
        {...form.getInputProps('name')}
      />
      <Checkbox.Group label={t('api_key.scopes')} withAsterisk {...form.getInputProps('scopes')}>
        <div className={classes.choices}>
          {SCOPES.map((scope) => (
            <Checkbox key={scope} value={scope} label={t(`api_key.scope.${SCOPE_TEXT[scope]}`)} />
          ))}
        </div>
      </Checkbox.Group>
      <NativeSelect
        label={t('api_key.expires')}
        data={LIVES.map((value) => ({ value, label: t(`api_key.expires_in.${value}`) }))}
        {...form.getInputProps('life')}
      />
      {add.error === null || isNameTaken(add.error) ? null : <InlineProblem error={add.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" loading={add.isPending}>
          {t('api_key.add')}
        </Button>
      </Group>
    </form>
  )
}

const isNameTaken = (error: Error): boolean =>
  error instanceof ApiError && error.problem.code === 'key_name_taken'

function KeyNote({ secret, onClose }: { readonly secret: string; readonly onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <div className={formClasses.stack}>
      <p>{t('api_key.told')}</p>
      <code className={classes.secret}>{secret}</code>
      <Group justify="flex-end" gap="xs">
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
              onClick={copy}
            >
              {t(copied ? 'api_key.copied' : 'api_key.copy')}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onClose} data-autofocus>
          {t('api_key.kept')}
        </Button>
      </Group>
    </div>
  )
}
