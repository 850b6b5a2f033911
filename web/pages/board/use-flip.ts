import { type RefObject, useLayoutEffect, useRef } from 'react'

const DURATION_MS = 420
const EASING = 'cubic-bezier(0.22, 0.8, 0.24, 1)'

interface Place {
  readonly column: string
  readonly left: number
  /** From the top of the column's content, so that scrolling is no movement. */
  readonly top: number
}

/**
 * Lets cards glide from where they were to where they are now, also from column to column; new ones fade in.
 * Works on every `[data-flip]` in the container. The first drawing doesn't move, nor does what scrolls into view.
 * @param known order numbers of all cards, drawn or not.
 */
export function useFlip(
  container: RefObject<HTMLElement | null>,
  change: unknown,
  known: readonly string[],
): void {
  const places = useRef<Map<string, Place> | null>(null)
  const knownBefore = useRef<ReadonlySet<string>>(new Set())
  // biome-ignore lint/correctness/useExhaustiveDependencies: `change` is what makes cards move
  useLayoutEffect(() => {
    const element = container.current
    if (element === null) return
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches
    const before = places.current
    const after = new Map<string, Place>()
    for (const card of element.querySelectorAll<HTMLElement>('[data-flip]')) {
      const name = card.dataset.flip ?? ''
      const rect = card.getBoundingClientRect()
      const place = placeOf(card, rect)
      after.set(name, place)
      if (before === null || still || document.hidden) continue
      const from = before.get(name)
      if (from !== undefined) glide(card, { from, to: place, rect, container: element })
      else if (!knownBefore.current.has(name)) fadeIn(card)
    }
    places.current = after
    knownBefore.current = new Set(known)
  }, [container, change])
}

const scrolledBy = (container: HTMLElement, column: string): number =>
  container.querySelector(`[data-scroller="${column}"]`)?.scrollTop ?? 0

function placeOf(card: HTMLElement, rect: DOMRect): Place {
  const scroller = card.closest<HTMLElement>('[data-scroller]')
  return {
    column: scroller?.dataset.scroller ?? '',
    left: rect.left,
    top: rect.top + (scroller?.scrollTop ?? 0),
  }
}

function fadeIn(card: HTMLElement): void {
  card.animate(
    [
      { opacity: 0, transform: 'translateY(-6px) scale(0.985)' },
      { opacity: 1, transform: 'none' },
    ],
    { duration: DURATION_MS, easing: EASING },
  )
}

interface Way {
  readonly from: Place
  readonly to: Place
  readonly rect: DOMRect
  readonly container: HTMLElement
}

function glide(card: HTMLElement, { from, to, rect, container }: Way): void {
  const dx = from.left - to.left
  const dy = from.top - scrolledBy(container, from.column) - (to.top - scrolledBy(container, to.column))
  const isSameColumn = from.column === to.column
  const down = isSameColumn ? from.top - to.top : dy
  if (Math.abs(dx) < 1 && Math.abs(down) < 1) return
  const frames = [{ transform: `translate(${dx}px, ${down}px)` }, { transform: 'none' }]
  if (isSameColumn) {
    card.animate(frames, { duration: DURATION_MS, easing: EASING })
    return
  }
  const timing = { duration: DURATION_MS * 1.4, easing: EASING }
  const double = doubleOf(card, rect)
  container.append(double)
  card.animate([{ opacity: 0 }, { opacity: 0 }], timing)
  double.animate(frames, timing)
  // By the clock: a page in the background draws no frames, and its animations never finish.
  setTimeout(() => double.remove(), timing.duration)
}

/** Columns clip what leaves them, so that a picture of the card travels above them in its place. */
function doubleOf(card: HTMLElement, place: DOMRect): HTMLElement {
  const double = document.createElement('div')
  double.append(...[...card.childNodes].map((child) => child.cloneNode(true)))
  // Nothing in it is a card: neither the keys nor the next movement may find it.
  for (const copy of double.querySelectorAll('[data-card]')) copy.removeAttribute('data-card')
  double.inert = true
  double.ariaHidden = 'true'
  Object.assign(double.style, {
    position: 'fixed',
    zIndex: '20',
    left: `${place.left}px`,
    top: `${place.top}px`,
    width: `${place.width}px`,
    height: `${place.height}px`,
  })
  return double
}
