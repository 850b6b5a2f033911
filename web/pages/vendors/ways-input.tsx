import { ActionIcon, Checkbox, Input } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconGripVertical } from '@tabler/icons-react'
import { type PointerEvent, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { moveWay, usedWays, type Way } from './vendor-form.ts'
import classes from './ways-input.module.css'

interface WaysInputProps {
  readonly ways: readonly Way[]
  readonly onChange: (ways: readonly Way[]) => void
  readonly error?: string | undefined
}

/** Which ways lead to the vendor and which is tried first: dragged by the handle, or moved by the arrows. */
export function WaysInput({ ways, onChange, error }: WaysInputProps) {
  const { t } = useTranslation()
  const id = useId()
  const list = useRef<HTMLOListElement>(null)
  const [held, setHeld] = useState<Way['method'] | null>(null)
  const [said, setSaid] = useState('')
  const name = (way: Way) => t(`vendor.method.${way.method}`)
  const move = (from: number, to: number) => {
    const way = ways[from]
    const moved = moveWay(ways, from, to)
    if (way === undefined || moved === ways) return
    onChange(moved)
    setSaid(t('vendor.ways.moved', { way: name(way), place: to + 1, count: ways.length }))
  }
  /** The rows change places while the pointer is over another one's half. */
  const drag = (event: PointerEvent<HTMLOListElement>) => {
    if (held === null) return
    const from = ways.findIndex((way) => way.method === held)
    const to = [...event.currentTarget.children].findIndex((row) => {
      const { top, bottom } = row.getBoundingClientRect()
      return event.clientY >= top && event.clientY < bottom
    })
    if (to !== -1) move(from, to)
  }
  const order = usedWays(ways)
  return (
    <Input.Wrapper
      component="fieldset"
      className={classes.field ?? ''}
      label={t('vendor.ways.label')}
      labelElement="div"
      description={t('vendor.ways.hint')}
      error={error}
      labelProps={{ id }}
      aria-labelledby={id}
    >
      <ol
        className={classes.ways}
        ref={list}
        onPointerMove={drag}
        onPointerUp={() => setHeld(null)}
        onPointerCancel={() => setHeld(null)}
      >
        {ways.map((way, index) => (
          <li key={way.method} className={classes.way} data-held={held === way.method || undefined}>
            <span
              className={classes.handle}
              aria-hidden
              onPointerDown={(event) => {
                // By the list: a row that changes its place would lose the pointer.
                list.current?.setPointerCapture(event.pointerId)
                setHeld(way.method)
              }}
            >
              <IconGripVertical size={16} stroke={1.8} />
            </span>
            <Checkbox
              className={classes.check ?? ''}
              checked={way.used}
              label={name(way)}
              onChange={({ currentTarget }) =>
                onChange(ways.map((each) => (each === way ? { ...way, used: currentTarget.checked } : each)))
              }
            />
            <span className={classes.place}>
              {way.used
                ? order.indexOf(way.method) === 0
                  ? t('vendor.ways.first')
                  : t('vendor.ways.later', { place: order.indexOf(way.method) + 1 })
                : t('vendor.ways.unused')}
            </span>
            <ActionIcon
              aria-label={t('vendor.ways.up', { way: name(way) })}
              disabled={index === 0}
              onClick={() => move(index, index - 1)}
            >
              <IconArrowUp size={16} stroke={1.8} />
            </ActionIcon>
            <ActionIcon
              aria-label={t('vendor.ways.down', { way: name(way) })}
              disabled={index === ways.length - 1}
              onClick={() => move(index, index + 1)}
            >
              <IconArrowDown size={16} stroke={1.8} />
            </ActionIcon>
          </li>
        ))}
      </ol>
      <p className="visually-hidden" role="status">
        {said}
      </p>
    </Input.Wrapper>
  )
}
