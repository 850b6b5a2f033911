import { Button, FileButton, Group, Modal } from '@mantine/core'
import { IconFileSpreadsheet, IconUpload } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { callLawKey, importList, type LawList, readImportErrors } from '../../api/call-law.ts'
import type { ImportedList } from '../../api/types.ts'
import formClasses from '../../components/form.module.css'
import { InlineProblem } from '../../components/inline-problem.tsx'
import { LineErrors } from '../../components/line-errors.tsx'
import { showDone } from '../../components/notices.ts'
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
    <LineErrors
      title={t('call_law.import.errors', { count: found.invalid })}
      columns={[t('call_law.import.line'), t('call_law.import.problem_col'), t('call_law.import.detail')]}
      errors={found.errors.map((error) => ({
        ...error,
        problem: t(`call_law.import.problem.${error.problem}`),
      }))}
      hidden={hidden > 0 ? t('call_law.import.hidden', { count: hidden }) : null}
      file={{
        label: t('call_law.import.errors_file'),
        name: file.name,
        fetch: () => readImportErrors(list, file, language),
      }}
    />
  )
}
