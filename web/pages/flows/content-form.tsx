import { ActionIcon, Button, Checkbox, Textarea, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { FlowContentView, FlowDetail } from '../../api/types.ts'
import { Section, SectionEmpty } from '../../components/section.tsx'
import { placeholderMeaning, toolName } from './flow-form.ts'
import classes from './flows.module.css'

interface ContentFormProps {
  readonly rules: FlowDetail['rules']
  readonly content: FlowContentView
  /** By path in the content. */
  readonly errors: Readonly<Record<string, string>>
  readonly onChange: (content: FlowContentView) => void
}

/** All that the owner may change of a conversation. */
export function ContentForm(props: ContentFormProps) {
  const { t } = useTranslation()
  const { content, errors, onChange } = props
  return (
    <>
      <Section title={t('flow.persona')}>
        <Textarea
          aria-label={t('flow.persona')}
          description={t('flow.persona_hint')}
          autosize
          minRows={3}
          value={content.persona}
          error={errors.persona}
          onChange={({ currentTarget }) => onChange({ ...content, persona: currentTarget.value })}
        />
      </Section>
      {props.rules.phrases.length === 0 ? null : <Phrases {...props} />}
      <Knowledge {...props} />
      <Tools {...props} />
    </>
  )
}

function Phrases({ rules, content, errors, onChange }: ContentFormProps) {
  const { t } = useTranslation()
  return (
    <Section title={t('flow.phrases')}>
      <p className={classes.hint}>{t('flow.phrases_hint')}</p>
      <dl className={classes.placeholders}>
        {rules.placeholders.map((placeholder) => (
          <div key={placeholder}>
            <dt>{placeholder}</dt>
            <dd>{placeholderMeaning(placeholder, t)}</dd>
          </div>
        ))}
      </dl>
      <div className={classes.phrases}>
        {rules.phrases.map(({ name, languages }) => (
          <fieldset key={name} className={classes.phrase}>
            <legend>{t(`flow.phrase.${name}`)}</legend>
            {languages.map((language) => (
              <Textarea
                key={language}
                label={languages.length === 1 ? undefined : t(`flow.language.${language}`)}
                aria-label={`${t(`flow.phrase.${name}`)} · ${t(`flow.language.${language}`)}`}
                lang={language}
                autosize
                minRows={1}
                value={content.phrases[name]?.[language] ?? ''}
                error={errors[`phrases.${name}.${language}`]}
                onChange={({ currentTarget }) =>
                  onChange({
                    ...content,
                    phrases: {
                      ...content.phrases,
                      [name]: { ...content.phrases[name], [language]: currentTarget.value },
                    },
                  })
                }
              />
            ))}
          </fieldset>
        ))}
      </div>
    </Section>
  )
}

function Knowledge({ content, errors, onChange }: ContentFormProps) {
  const { t } = useTranslation()
  const { knowledge } = content
  const change = (at: number, entry: Partial<FlowContentView['knowledge'][number]>) =>
    onChange({
      ...content,
      knowledge: knowledge.map((known, index) => (index === at ? { ...known, ...entry } : known)),
    })
  return (
    <Section
      title={t('flow.knowledge')}
      aside={
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} stroke={1.9} aria-hidden />}
          onClick={() => onChange({ ...content, knowledge: [...knowledge, { title: '', text: '' }] })}
        >
          {t('flow.add_knowledge')}
        </Button>
      }
    >
      <p className={classes.hint}>{t('flow.knowledge_hint')}</p>
      {knowledge.length === 0 ? (
        <SectionEmpty>{t('flow.no_knowledge')}</SectionEmpty>
      ) : (
        <ol className={classes.knowledge}>
          {knowledge.map((entry, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: entries have no name but their place, and none is moved
            <li key={index}>
              <TextInput
                aria-label={t('flow.knowledge_title', { n: index + 1 })}
                placeholder={t('flow.knowledge_title_example')}
                value={entry.title}
                error={errors[`knowledge.${index}.title`]}
                onChange={({ currentTarget }) => change(index, { title: currentTarget.value })}
              />
              <ActionIcon
                aria-label={t('flow.remove_knowledge', { n: index + 1 })}
                onClick={() =>
                  onChange({ ...content, knowledge: knowledge.filter((_, other) => other !== index) })
                }
              >
                <IconTrash size={16} stroke={1.8} />
              </ActionIcon>
              <Textarea
                className={classes.text ?? ''}
                aria-label={t('flow.knowledge_text', { n: index + 1 })}
                autosize
                minRows={2}
                value={entry.text}
                error={errors[`knowledge.${index}.text`]}
                onChange={({ currentTarget }) => change(index, { text: currentTarget.value })}
              />
            </li>
          ))}
        </ol>
      )}
    </Section>
  )
}

function Tools({ rules, content, errors, onChange }: ContentFormProps) {
  const { t } = useTranslation()
  return (
    <Section title={t('flow.tools')}>
      <p className={classes.hint}>{t('flow.tools_hint')}</p>
      <div className={classes.tools}>
        {rules.tools.map(({ name, required }) => (
          <Checkbox
            key={name}
            label={toolName(name, t)}
            description={required ? t('flow.tool_required') : undefined}
            checked={required || content.tools.includes(name)}
            disabled={required}
            onChange={({ currentTarget }) =>
              onChange({
                ...content,
                // In the order of the rules, so that what is switched off and on again is no change.
                tools: rules.tools
                  .map((tool) => tool.name)
                  .filter((tool) => (tool === name ? currentTarget.checked : content.tools.includes(tool))),
              })
            }
          />
        ))}
      </div>
      {errors.tools === undefined ? null : (
        <p className={classes.refused} role="alert">
          {errors.tools}
        </p>
      )}
    </Section>
  )
}
