import { Button, FileButton, Group, Modal } from '@mantine/core'
import { IconDownload, IconFileSpreadsheet, IconUpload } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { callLawKey, importList, type LawList, readImportErrors } from '../../api/call-law.ts'
import type { ImportedList } from '../../api/types.ts'
import formClasses from '../../components/form.module.css'
import { InlineProblem } from '../../components/inline-problem.tsx'
import { showDone, showProblem } from '../../components/notices.ts'
import { saveAs } from '../../components/save-as.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import { MOST_BYTES } from '../campaigns/list-limits.ts'
import classes from './import-dialog.module.css'
import { inOurWords } from './refusals.ts'

interface ImportDialogProps {
  /** Null: closed. */
  readonly list: LawList | null
  readonly onClose: () => void
}

/** A file for one of the lists: what is wrong with which line is told before anything is taken in. */
export function ImportDialog({ list, onClose }: ImportDialogProps) {
  const { t } = useTranslation()
  const title = list === 'call-consents' ? 'call_law.consents.import' : 'call_law.never.import'
  return (
    <Modal
      opened={list !== null}
      onClose={onClose}
      size="lg"
      title={t(title)}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {list === null ? null : <Import list={list} onClose={onClose} />}
    </Modal>
  )
}

function Import({ list, onClose }: { readonly list: LawList; readonly onClose: () => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [file, setFile] = useState<File | null>(null)
  const [isTooLarge, setTooLarge] = useState(false)
  const check = useMutation({ mutationFn: (chosen: File) => importList(list, chosen, true) })
  const add = useMutation({
    mutationFn: (chosen: File) => importList(list, chosen, false),
    onSuccess: ({ added, already_there }) => {
      showDone(
        t('call_law.import.added', { count: added }),
        already_there === 0 ? null : t('call_law.import.already_there', { count: already_there }),
      )
      onClose()
    },
    onSettled: () => client.invalidateQueries({ queryKey: callLawKey }),
  })
  const choose = (chosen: File | null) => {
    if (chosen === null) return
    setTooLarge(chosen.size > MOST_BYTES)
    add.reset()
    check.reset()
    setFile(chosen.size > MOST_BYTES ? null : chosen)
    if (chosen.size <= MOST_BYTES) check.mutate(chosen)
  }
  const found = file === null ? undefined : check.data
  const problem = add.error ?? check.error
  return (
    <div className={formClasses.stack}>
      <p>{t(list === 'call-consents' ? 'call_law.consents.import_text' : 'call_law.never.import_text')}</p>
      <div className={classes.drop}>
        <IconFileSpreadsheet size={26} stroke={1.5} aria-hidden className={classes.icon} />
        <div className={classes.say}>
          <p className={classes.what}>{file?.name ?? t('call_law.import.file')}</p>
          {found === undefined ? null : (
            <p className={classes.hint}>
              {t('call_law.import.found', {
                valid: found.valid.toLocaleString('en-US'),
                invalid: found.invalid.toLocaleString('en-US'),
                encoding: found.encoding.toUpperCase(),
              })}
            </p>
          )}
        </div>
        <FileButton
          onChange={choose}
          accept=".csv,.tsv,.txt"
          inputProps={{ 'aria-label': t('call_law.import.file') }}
        >
          {(props) => (
            <Button
              {...props}
              variant="default"
              leftSection={<IconUpload size={15} stroke={1.8} aria-hidden />}
              loading={check.isPending}
              data-autofocus
            >
              {t(file === null ? 'call_law.import.choose' : 'call_law.import.choose_other')}
            </Button>
          )}
        </FileButton>
      </div>
      {isTooLarge ? (
        <p role="alert" className={classes.wrong}>
          {t('call_law.import.too_large')}
        </p>
      ) : null}
      {problem === null ? null : <InlineProblem error={inOurWords(problem, t)} />}
      {file === null || found === undefined ? null : <Found list={list} file={file} found={found} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button
          disabled={file === null || found === undefined || found.valid === 0}
          loading={add.isPending}
          onClick={() => {
            if (file !== null) add.mutate(file)
          }}
        >
          {t('call_law.import.add', { count: found?.valid ?? 0 })}
        </Button>
      </Group>
    </div>
  )
}

interface FoundProps {
  readonly list: LawList
  readonly file: File
  readonly found: ImportedList
}

function Found({ list, file, found }: FoundProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const fetching = useMutation({
    mutationFn: () => readImportErrors(list, file, language),
    onSuccess: (blob) => saveAs(blob, `${file.name.replace(/\.\w+$/, '')}-errors.csv`),
    onError: (error) => showProblem(error, t('call_law.import.errors_file'), t),
  })
  if (found.missing_columns.length > 0)
    return (
      <p role="alert" className={classes.wrong}>
        {t('call_law.import.missing', {
          columns: found.missing_columns.map((column) => t(`call_law.import.column.${column}`)).join(', '),
        })}
      </p>
    )
  if (found.invalid === 0) return null
  const hidden = found.invalid - found.errors.length
  return (
    <div>
      <div className={classes.headingRow}>
        <h3 className={classes.heading}>{t('call_law.import.errors', { count: found.invalid })}</h3>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconDownload size={15} stroke={1.8} aria-hidden />}
          loading={fetching.isPending}
          onClick={() => fetching.mutate()}
        >
          {t('call_law.import.errors_file')}
        </Button>
      </div>
      <section
        className={classes.scroll}
        aria-label={t('call_law.import.errors', { count: found.invalid })}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
        tabIndex={0}
      >
        <table className={classes.table}>
          <thead>
            <tr>
              {(['line', 'problem_col', 'detail'] as const).map((column) => (
                <th key={column} scope="col">
                  {t(`call_law.import.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {found.errors.map(({ line, problem, detail }) => (
              <tr key={line}>
                <td className={classes.figure}>{line}</td>
                <td>{t(`call_law.import.problem.${problem}`)}</td>
                <td className={classes.detail}>{detail}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {hidden > 0 ? <p className={classes.hint}>{t('call_law.import.hidden', { count: hidden })}</p> : null}
    </div>
  )
}
