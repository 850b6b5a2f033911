import { Skeleton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import classes from './board-page.module.css'

const CARDS_PER_COLUMN = [2, 4, 1, 3]

export function BoardSkeleton() {
  const { t } = useTranslation()
  return (
    <div className={classes.columns} role="status" aria-label={t('action.loading')}>
      {CARDS_PER_COLUMN.map((cards, column) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: nothing here changes
        <div key={column} className={classes.column}>
          <div className={classes.columnHead}>
            <Skeleton height={14} width={72} />
          </div>
          <div className={classes.ghosts}>
            {Array.from({ length: cards }, (_, card) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: nothing here changes
              <Skeleton key={card} height={148} radius={10} />
            ))}
          </div>
        </div>
      ))}
    </div>
  )
}
