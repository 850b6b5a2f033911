import { UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { phoneColleaguesQuery } from '../../api/softphone.ts'
import classes from './colleague-list.module.css'

interface ColleagueListProps {
  /** The number that is typed now. */
  readonly chosen: string
  readonly onChoose: (extension: string) => void
}

/** Colleagues and whether they can be called now; nothing where one has none. */
export function ColleagueList({ chosen, onChoose }: ColleagueListProps) {
  const { t } = useTranslation()
  const { data } = useQuery(phoneColleaguesQuery)
  if (data === undefined || data.colleagues.length === 0) return null
  return (
    <ul className={classes.list} aria-label={t('softphone.colleagues')}>
      {data.colleagues.map(({ name, extension, presence }) => (
        <li key={extension}>
          <UnstyledButton
            type="button"
            className={classes.person}
            aria-pressed={chosen === extension}
            // A telephone that is off rings nowhere.
            disabled={presence === 'away'}
            onClick={() => onChoose(extension)}
          >
            <span className={classes.dot} data-presence={presence} aria-hidden />
            <span className={classes.name}>{name}</span>
            <span className={classes.presence}>{t(`softphone.presence.${presence}`)}</span>
            <span className={classes.extension}>{extension}</span>
          </UnstyledButton>
        </li>
      ))}
    </ul>
  )
}
