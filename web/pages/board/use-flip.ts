import { type RefObject, useLayoutEffect, useRef } from 'react'

const DURATION_MS = 420
const EASING = 'cubic-bezier(0.22, 0.8, 0.24, 1)'

/**
 * Lets cards glide from where they were to where they are now, also from column to column; new ones fade in.
 * Works on every `[data-flip]` in the container. The first drawing doesn't move.
 */
export function useFlip(container: RefObject<HTMLElement | null>, change: unknown): void {
  const places = useRef<Map<string, DOMRect> | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `change` is what makes cards move
  useLayoutEffect(() => {
    const element = container.current
    if (element === null) return
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches
    const before = places.current
    const after = new Map<string, DOMRect>()
    for (const card of element.querySelectorAll<HTMLElement>('[data-flip]')) {
      const name = card.dataset.flip ?? ''
      const place = card.getBoundingClientRect()
      after.set(name, place)
      if (before === null || still || document.hidden) continue
      animate(card, before.get(name), place, element)
    }
    places.current = after
  }, [container, change])
}

function animate(card: HTMLElement, from: DOMRect | undefined, to: DOMRect, container: HTMLElement): void {
  if (from === undefined) {
    card.animate(
      [
        { opacity: 0, transform: 'translateY(-6px) scale(0.985)' },
        { opacity: 1, transform: 'none' },
      ],
      {
        duration: DURATION_MS,
        easing: EASING,
      },
    )
    return
  }
  const dx = from.left - to.left
  const dy = from.top - to.top
  if (Math.abs(dx) < 1 && Math.abs(dy) < 1) return
  const glide = [{ transform: `translate(${dx}px, ${dy}px)` }, { transform: 'none' }]
  const changesColumn = Math.abs(dx) > to.width / 2
  if (!changesColumn) {
    card.animate(glide, { duration: DURATION_MS, easing: EASING })
    return
  }
  const timing = { duration: DURATION_MS * 1.4, easing: EASING }
  const double = doubleOf(card, to)
  container.append(double)
  card.animate([{ opacity: 0 }, { opacity: 0 }], timing)
  double.animate(glide, timing)
  // By the clock: a page in the background draws no frames, and its animations never finish.
  setTimeout(() => double.remove(), timing.duration)
}

/** Columns clip what leaves them, so that a picture of the card travels above them in its place. */
function doubleOf(card: HTMLElement, place: DOMRect): HTMLElement {
  const double = document.createElement('div')
  double.append(...[...card.childNodes].map((child) => child.cloneNode(true)))
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
