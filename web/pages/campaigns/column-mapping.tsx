import { NativeSelect } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { ListColumns, UploadedList } from '../../api/types.ts'
import formClasses from '../../components/form.module.css'
import classes from './list-upload.module.css'

interface ColumnMappingProps {
  readonly found: UploadedList
  /** Names that the plan asks for. */
  readonly variables: readonly string[]
  /** null: none was found to hold numbers. */
  readonly columns: ListColumns | null
  readonly onChange: (columns: ListColumns) => void
}

/** Which column of the file is what. */
export function ColumnMapping({ found, variables, columns, onChange }: ColumnMappingProps) {
  const { t } = useTranslation()
  const headings = [...new Set(found.headings)].filter((heading) => heading !== '')
  const known: ListColumns = columns ?? { phone: '', zone: null, variables: {} }
  const choices = (none: string) => [{ value: '', label: none }, ...headings]
  const wanting = t('campaign.list.choose_column')
  return (
    <fieldset className={classes.mapping}>
      <legend className={classes.heading}>{t('campaign.list.columns')}</legend>
      <div className={formClasses.two}>
        <NativeSelect
          label={t('campaign.list.phone')}
          withAsterisk
          value={known.phone}
          data={known.phone === '' ? choices(wanting) : headings}
          error={known.phone === '' ? t('campaign.list.no_phone_column') : undefined}
          onChange={({ currentTarget }) =>
            onChange({
              ...known,
              phone: currentTarget.value,
              variables: columns === null ? sameNames(variables, headings) : known.variables,
            })
          }
        />
        {variables.map((name) => (
          <NativeSelect
            key={name}
            label={`{${name}}`}
            withAsterisk
            value={known.variables[name] ?? ''}
            data={choices(wanting)}
            error={known.variables[name] === undefined ? t('campaign.list.no_column') : undefined}
            onChange={({ currentTarget: { value } }) => {
              const { [name]: _before, ...others } = known.variables
              onChange({ ...known, variables: value === '' ? others : { ...others, [name]: value } })
            }}
          />
        ))}
        <NativeSelect
          label={t('campaign.list.zone')}
          value={known.zone ?? ''}
          data={choices(t('campaign.list.no_zone'))}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...known, zone: value === '' ? null : value })
          }
        />
      </div>
    </fieldset>
  )
}

/** Each variable whose name is a heading. */
const sameNames = (variables: readonly string[], headings: readonly string[]): ListColumns['variables'] =>
  Object.fromEntries(variables.filter((name) => headings.includes(name)).map((name) => [name, name]))
