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
      animate(card, before.get(name), place)
    }
    places.current = after
  }, [container, change])
}

function animate(card: HTMLElement, from: DOMRect | undefined, to: DOMRect): void {
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
  const changesColumn = Math.abs(dx) > to.width / 2
  card.animate(
    [
      { transform: `translate(${dx}px, ${dy}px)`, zIndex: 5, position: 'relative' },
      { transform: 'none', zIndex: 5, position: 'relative' },
    ],
    { duration: changesColumn ? DURATION_MS * 1.4 : DURATION_MS, easing: EASING },
  )
}
