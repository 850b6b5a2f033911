import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { type ListToRead, readListErrors } from '../../api/campaigns.ts'
import type { UploadedList } from '../../api/types.ts'
import { showProblem } from '../../components/notices.ts'
import { saveAs } from '../../components/save-as.ts'
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
  const fetching = useMutation({
    mutationFn: () => readListErrors(id, list, language),
    onSuccess: (blob) => saveAs(blob, `${list.file.name.replace(/\.\w+$/, '')}-errors.csv`),
    onError: (error) => showProblem(error, t('campaign.list.errors_file'), t),
  })
  if (found.invalid === 0) return null
  const hidden = found.invalid - found.errors.length
  return (
    <div>
      <div className={classes.headingRow}>
        <h3 className={classes.heading}>{t('campaign.list.errors', { count: found.invalid })}</h3>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconDownload size={15} stroke={1.8} aria-hidden />}
          loading={fetching.isPending}
          onClick={() => fetching.mutate()}
        >
          {t('campaign.list.errors_file')}
        </Button>
      </div>
      <section
        className={classes.scroll}
        aria-label={t('campaign.list.errors', { count: found.invalid })}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
        tabIndex={0}
      >
        <table className={classes.table}>
          <thead>
            <tr>
              {(['line', 'problem', 'detail'] as const).map((column) => (
                <th key={column} scope="col">
                  {t(`campaign.list.col.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {found.errors.map(({ line, problem, detail }) => (
              <tr key={line}>
                <td className={classes.figure}>{line}</td>
                <td>{t(`campaign.list.problem.${problem}`)}</td>
                <td className={classes.detail}>{detail}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {hidden > 0 ? (
        <p className={classes.hint}>{t('campaign.list.errors_hidden', { count: hidden })}</p>
      ) : null}
    </div>
  )
}
