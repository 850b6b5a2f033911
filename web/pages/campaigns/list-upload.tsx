import '@mantine/dropzone/styles.layer.css'
import { Button } from '@mantine/core'
import { Dropzone } from '@mantine/dropzone'
import { IconFileSpreadsheet, IconUpload } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { campaignKeys, uploadList } from '../../api/campaigns.ts'
import type { Campaign, ListColumns } from '../../api/types.ts'
import { InlineProblem } from '../../components/inline-problem.tsx'
import { showDone } from '../../components/notices.ts'
import { ColumnMapping } from './column-mapping.tsx'
import { ListErrors, ListPreview } from './list-found.tsx'
import { MOST_BYTES } from './list-limits.ts'
import classes from './list-upload.module.css'
import { inOurWords } from './refusals.ts'

interface ListUploadProps {
  readonly campaign: Campaign
  readonly onAdded: () => void
}
interface ChosenList {
  readonly file: File
  /** null: as its headings say. */
  readonly columns: ListColumns | null
}

/** A file of people: which column is what, what is wrong with which line, and then they are added. */
export function ListUpload({ campaign, onAdded }: ListUploadProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const browse = useRef<() => void>(null)
  const [list, setList] = useState<ChosenList | null>(null)
  const [isTooLarge, setTooLarge] = useState(false)
  const id = campaign.campaign_id
  const check = useMutation({ mutationFn: (wanted: ChosenList) => uploadList(id, wanted, true) })
  const add = useMutation({
    mutationFn: (wanted: ChosenList) => uploadList(id, wanted, false),
    onSuccess: ({ added, already_there }) => {
      showDone(
        t('campaign.list.added', { count: added }),
        already_there === 0 ? null : t('campaign.list.already_there', { count: already_there }),
      )
      setList(null)
      check.reset()
      onAdded()
    },
    onSettled: () =>
      Promise.all(
        [campaignKeys.list, campaignKeys.one(id)].map((queryKey) => client.invalidateQueries({ queryKey })),
      ),
  })
  const choose = (wanted: ChosenList) => {
    setTooLarge(false)
    setList(wanted)
    add.reset()
    check.mutate(wanted)
  }
  const found = list === null ? undefined : check.data
  const problem = add.error ?? check.error
  return (
    <div className={classes.upload}>
      <Dropzone
        className={classes.drop ?? ''}
        openRef={browse}
        multiple={false}
        maxSize={MOST_BYTES}
        // The button in it is the way for the keyboard; the whole of it takes what is dropped.
        activateOnClick={false}
        activateOnKeyboard={false}
        enablePointerEvents
        inputProps={{ 'aria-label': t('campaign.list.file'), accept: '.csv,.tsv,.txt' }}
        onDrop={([file]) => {
          if (file !== undefined) choose({ file, columns: null })
        }}
        onReject={() => setTooLarge(true)}
      >
        <IconFileSpreadsheet size={26} stroke={1.5} aria-hidden className={classes.icon ?? ''} />
        <div className={classes.say}>
          <p className={classes.what}>{list === null ? t('campaign.list.drop') : list.file.name}</p>
          <p className={classes.hint}>
            {found === undefined
              ? t('campaign.list.drop_hint')
              : t('campaign.list.found', {
                  valid: found.valid.toLocaleString('en-US'),
                  invalid: found.invalid.toLocaleString('en-US'),
                  encoding: found.encoding.toUpperCase(),
                })}
          </p>
        </div>
        <Button
          variant="default"
          leftSection={<IconUpload size={15} stroke={1.8} aria-hidden />}
          loading={check.isPending}
          onClick={() => browse.current?.()}
        >
          {t(list === null ? 'campaign.list.choose' : 'campaign.list.choose_other')}
        </Button>
      </Dropzone>
      {isTooLarge ? (
        <p role="alert" className={classes.wrong}>
          {t('campaign.list.too_large')}
        </p>
      ) : null}
      {problem === null ? null : <InlineProblem error={inOurWords(problem, t)} />}
      {list === null || found === undefined ? null : (
        <>
          <ColumnMapping
            found={found}
            variables={campaign.variables}
            columns={list.columns ?? found.columns}
            onChange={(columns) => choose({ ...list, columns })}
          />
          <ListPreview found={found} />
          <ListErrors id={id} list={list} found={found} />
          <div>
            <Button
              size="md"
              disabled={found.valid === 0 || check.isPending}
              loading={add.isPending}
              onClick={() => add.mutate(list)}
            >
              {found.invalid === 0
                ? t('campaign.list.add', { count: found.valid })
                : t('campaign.list.add_without', { count: found.valid, invalid: found.invalid })}
            </Button>
          </div>
        </>
      )}
    </div>
  )
}
