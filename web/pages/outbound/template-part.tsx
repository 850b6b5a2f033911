import { ActionIcon, Button, NativeSelect, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { outboundTemplatesQuery, removeTemplate, saveTemplate } from '../../api/outbound-templates.ts'
import type { OutboundTemplateView } from '../../api/types.ts'
import formClasses from '../../components/form.module.css'
import { showDone, showProblem } from '../../components/notices.ts'
import { Part } from './form-parts.tsx'
import type { OutboundForm } from './form-type.ts'
import classes from './new-outbound-page.module.css'
import { withTemplate } from './outbound-form.ts'

const NAME_LIMIT = 60
type Blanks = Readonly<Record<string, string>>

/** Fills purpose and questions from what was written beforehand, and keeps what is typed for another time. */
export function TemplatePart({ form }: { readonly form: OutboundForm }) {
  const { t } = useTranslation()
  const { data } = useQuery(outboundTemplatesQuery)
  const [chosen, setChosen] = useState<OutboundTemplateView | null>(null)
  const [blanks, setBlanks] = useState<Blanks>({})
  const templates = data?.templates ?? []
  const use = (template: OutboundTemplateView | null, values: Blanks) => {
    setChosen(template)
    setBlanks(values)
    if (template !== null) form.setValues(withTemplate(form.getValues(), template, values))
  }
  return (
    <Part title={t('outbound.template.title')}>
      <p className={classes.hint}>{t('outbound.template.hint')}</p>
      <div className={classes.try}>
        <NativeSelect
          aria-label={t('outbound.template.choose')}
          value={chosen?.id ?? ''}
          data={[
            { value: '', label: t('outbound.template.none') },
            ...templates.map(({ id, name }) => ({ value: String(id), label: name })),
          ]}
          onChange={({ currentTarget }) =>
            use(templates.find(({ id }) => String(id) === currentTarget.value) ?? null, {})
          }
        />
        {chosen === null ? null : <Remove template={chosen} onRemoved={() => use(null, {})} />}
      </div>
      {chosen === null || chosen.blanks.length === 0 ? null : (
        <div className={formClasses.two}>
          {chosen.blanks.map((name) => (
            <TextInput
              key={name}
              autoComplete="off"
              label={t('outbound.template.blank', { name })}
              value={blanks[name] ?? ''}
              onChange={({ currentTarget }) => use(chosen, { ...blanks, [name]: currentTarget.value })}
            />
          ))}
        </div>
      )}
      <Keep form={form} />
    </Part>
  )
}

function Remove({
  template,
  onRemoved,
}: {
  readonly template: OutboundTemplateView
  readonly onRemoved: () => void
}) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { id, name } = template
  const remove = useMutation({
    mutationFn: () => removeTemplate(id),
    onSuccess: () => {
      showDone(t('outbound.template.removed', { name }))
      onRemoved()
    },
    onError: (error) => showProblem(error, t('outbound.template.remove', { name }), t),
    onSettled: () => client.invalidateQueries({ queryKey: outboundTemplatesQuery.queryKey }),
  })
  return (
    <ActionIcon
      size={36}
      loading={remove.isPending}
      aria-label={t('outbound.template.remove', { name })}
      onClick={() => remove.mutate()}
    >
      <IconTrash size={16} stroke={1.8} aria-hidden />
    </ActionIcon>
  )
}

function Keep({ form }: { readonly form: OutboundForm }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const keep = useMutation({
    mutationFn: () => {
      const { displayName, purpose, questions } = form.getValues()
      return saveTemplate({
        name: name.trim(),
        caller_display_name: displayName.trim() || null,
        purpose: purpose.trim(),
        questions: questions.map(({ text }) => text.trim()).filter((text) => text !== ''),
      })
    },
    onSuccess: (template) => {
      showDone(t('outbound.template.saved', { name: template.name }))
      setName('')
    },
    onError: (error) => showProblem(error, t('outbound.template.save'), t),
    onSettled: () => client.invalidateQueries({ queryKey: outboundTemplatesQuery.queryKey }),
  })
  const { purpose, questions } = form.values
  const isWritten = purpose.trim() !== '' && questions.some(({ text }) => text.trim() !== '')
  return (
    <div className={classes.try}>
      <TextInput
        autoComplete="off"
        maxLength={NAME_LIMIT}
        aria-label={t('outbound.template.name')}
        placeholder={t('outbound.template.name')}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      <Button
        variant="default"
        disabled={name.trim() === '' || !isWritten}
        loading={keep.isPending}
        onClick={() => keep.mutate()}
      >
        {t('outbound.template.save')}
      </Button>
    </div>
  )
}
