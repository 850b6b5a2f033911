import { Modal } from '@mantine/core'
import { useOs } from '@mantine/hooks'
import { useTranslation } from 'react-i18next'
import classes from './help-sheet.module.css'

const LINES = [
  {
    text: 'move',
    keys: [
      ['↑', '↓', '←', '→'],
      ['K', 'J', 'H', 'L'],
    ],
  },
  { text: 'ends', keys: [['Home', 'End']] },
  { text: 'enter', keys: [['Enter']] },
  { text: 'select', keys: [['X']] },
  { text: 'range', keys: [['Shift', '↑ ↓']] },
  { text: 'menu', keys: [['.'], ['M']] },
  { text: 'drag', keys: [['Space', '← →', 'Space']] },
  { text: 'search', keys: [['/']] },
  { text: 'undo', keys: [['U']] },
  { text: 'escape', keys: [['Esc']] },
  { text: 'help', keys: [['?']] },
] as const

interface HelpSheetProps {
  readonly opened: boolean
  readonly onClose: () => void
}

/** The keys of the board. */
export function HelpSheet({ opened, onClose }: HelpSheetProps) {
  const { t } = useTranslation()
  const os = useOs()
  const isApple = os === 'macos' || os === 'ios'
  const lines: readonly { text: keyof typeof TEXTS; keys: readonly (readonly string[])[] }[] = [
    ...LINES,
    { text: 'everywhere', keys: [[isApple ? '⌘' : 'Ctrl', 'K']] },
  ]
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('board.help.title')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <dl className={classes.lines}>
        {lines.map(({ text, keys }) => (
          <div key={text} className={classes.line}>
            <dt>{t(TEXTS[text])}</dt>
            <dd>
              {keys.map((together) => (
                <span key={together.join()} className={classes.keys}>
                  {together.map((key, index) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: the same key may come twice, and nothing moves
                    <kbd key={index}>{key}</kbd>
                  ))}
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Modal>
  )
}

const TEXTS = {
  move: 'board.help.move',
  ends: 'board.help.ends',
  enter: 'board.help.enter',
  select: 'board.help.select',
  range: 'board.help.range',
  menu: 'board.help.menu',
  drag: 'board.help.drag',
  search: 'board.help.search',
  undo: 'board.help.undo',
  escape: 'board.help.escape',
  help: 'board.help.help',
  everywhere: 'board.help.everywhere',
} as const
