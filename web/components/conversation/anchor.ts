/** Where a message stands on the page, so that evidence can point at it. */
const SHOWN_MS = 1_600

export const messageAnchor = (messageId: string): string => `message-${messageId}`

/** Brings a message into view, marks it for a moment and gives it the focus. */
export function showMessage(messageId: string): void {
  const element = document.getElementById(messageAnchor(messageId))
  if (element === null) return
  const smooth = !matchMedia('(prefers-reduced-motion: reduce)').matches
  element.scrollIntoView({ block: 'center', behavior: smooth ? 'smooth' : 'auto' })
  element.focus({ preventScroll: true })
  element.dataset.pointed = ''
  setTimeout(() => delete element.dataset.pointed, SHOWN_MS)
}
