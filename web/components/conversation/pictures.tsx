import { Modal } from '@mantine/core'
import { IconPhotoOff, IconPhotoUp } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Attachment } from '../../api/types.ts'
import classes from './conversation.module.css'

/** What a customer sent along; a click shows it in full size. */
export function Pictures({ attachments }: { readonly attachments: readonly Attachment[] }) {
  const { t } = useTranslation()
  const [shown, setShown] = useState<string | null>(null)
  if (attachments.length === 0) return null
  return (
    <div className={classes.pictures}>
      {attachments.map(({ attachment_id: id, url, status, width, height }) =>
        url === null ? (
          <p key={id} className={classes.pictureless} data-status={status}>
            {status === 'waiting' ? (
              <IconPhotoUp size={15} stroke={1.8} aria-hidden />
            ) : (
              <IconPhotoOff size={15} stroke={1.8} aria-hidden />
            )}
            {t(`chat.picture_${status === 'kept' ? 'failed' : status}`)}
          </p>
        ) : (
          <button
            key={id}
            type="button"
            className={classes.picture}
            aria-label={t('chat.picture_open')}
            onClick={() => setShown(url)}
          >
            <img
              src={url}
              alt={t('chat.picture')}
              loading="lazy"
              {...(width === null || height === null ? {} : { width, height })}
            />
          </button>
        ),
      )}
      <Modal
        opened={shown !== null}
        onClose={() => setShown(null)}
        title={t('chat.picture')}
        size="auto"
        closeButtonProps={{ 'aria-label': t('action.close') }}
      >
        {shown === null ? null : <img className={classes.full} src={shown} alt={t('chat.picture')} />}
      </Modal>
    </div>
  )
}
