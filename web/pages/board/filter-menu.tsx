import { Popover } from '@mantine/core'
import { IconAdjustmentsHorizontal } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { meQuery } from '../../api/session.ts'
import { useColleagues } from '../../components/issue/use-colleagues.ts'
import { whoChoices } from '../../components/issue/who.ts'
import { type BoardSearch, CHOICES, chosen, FILTER_PARTS, type FilterPart, toggled } from './board-search.ts'
import { choiceName } from './choice-name.ts'
import classes from './filters.module.css'

interface FilterMenuProps {
  readonly search: BoardSearch
  readonly onSearch: (search: BoardSearch) => void
}

/** All filters at once; each press shows its result on the board behind. */
export function FilterMenu({ search, onSearch }: FilterMenuProps) {
  const { t } = useTranslation()
  const [opened, setOpened] = useState(false)
  const people = useColleagues()
  const { data: me } = useQuery(meQuery)
  const choicesOf = (part: FilterPart): readonly string[] =>
    part === 'who' ? whoChoices(people, me?.email) : CHOICES[part]
  const count = PARTS.reduce((sum, part) => sum + chosen(search, part).length, 0)
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-start"
      width={MENU_PX}
      offset={6}
      shadow="md"
      trapFocus
      returnFocus
      withinPortal
      portalProps={{ target: '#board-layer' }}
      transitionProps={{ duration: 90 }}
    >
      <Popover.Target>
        <button
          type="button"
          className={classes.chip}
          aria-pressed={count > 0}
          aria-expanded={opened}
          onClick={() => setOpened(!opened)}
        >
          <IconAdjustmentsHorizontal size={16} stroke={1.8} aria-hidden />
          {t('board.filter')}
          {count === 0 ? null : <span className={classes.count}>{count}</span>}
        </button>
      </Popover.Target>
      <Popover.Dropdown className={classes.menu} aria-label={t('board.filter_menu')}>
        {PARTS.map((part) => (
          <fieldset key={part} className={classes.group}>
            <legend>{t(`board.part.${part}`)}</legend>
            <div className={classes.choices}>
              {choicesOf(part).map((value) => (
                <button
                  key={value}
                  type="button"
                  className={classes.choice}
                  aria-pressed={chosen(search, part).includes(value)}
                  onClick={() => onSearch(toggled(search, part, value))}
                >
                  {choiceName(part, value, t, people)}
                </button>
              ))}
            </div>
          </fieldset>
        ))}
      </Popover.Dropdown>
    </Popover>
  )
}

const MENU_PX = 580
/** Quick filters have buttons of their own. */
const PARTS = FILTER_PARTS.filter((part) => part !== 'only')
