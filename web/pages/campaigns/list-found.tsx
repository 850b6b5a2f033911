import { useTranslation } from 'react-i18next'
import { type ListToRead, readListErrors } from '../../api/campaigns.ts'
import type { UploadedList } from '../../api/types.ts'
import { LineErrors } from '../../components/line-errors.tsx'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './list-upload.module.css'

/** The first people as they will be called. */
export function ListPreview({ found }: { readonly found: UploadedList }) {
  const { t } = useTranslation()
  if (found.preview.length === 0) return null
  return (
    <div>
      <h3 className={classes.heading}>{t('campaign.list.preview')}</h3>
      <table className={classes.table} aria-label={t('campaign.list.preview')}>
        <thead>
          <tr>
            {(['line', 'callee', 'purpose'] as const).map((column) => (
              <th key={column} scope="col">
                {t(`campaign.list.col.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {found.preview.map((row) => (
            <tr key={row.line}>
              <td className={classes.figure}>{row.line}</td>
              <td className={classes.figure}>{row.callee_number}</td>
              <td>{row.purpose}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface ListErrorsProps {
  readonly id: string
  readonly list: ListToRead & { readonly file: File }
  readonly found: UploadedList
}

/** Which lines can't be called and why; all of them as a file to mend. */
export function ListErrors({ id, list, found }: ListErrorsProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  if (found.invalid === 0) return null
  const hidden = found.invalid - found.errors.length
  return (
    <LineErrors
      title={t('campaign.list.errors', { count: found.invalid })}
      columns={[t('campaign.list.col.line'), t('campaign.list.col.problem'), t('campaign.list.col.detail')]}
      errors={found.errors.map((error) => ({
        ...error,
        problem: t(`campaign.list.problem.${error.problem}`),
      }))}
      hidden={hidden > 0 ? t('campaign.list.errors_hidden', { count: hidden }) : null}
      file={{
        label: t('campaign.list.errors_file'),
        name: list.file.name,
        fetch: () => readListErrors(id, list, language),
      }}
    />
  )
}
