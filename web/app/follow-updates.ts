/**
 * A tab that stays open over an update knows the names of files that are gone. It starts anew with the new ones, but
 * only when one goes to another page: the router fetches pages ahead, and nobody shall lose what they are typing.
 */

const STORAGE_KEY = 'daeri-reloaded-at'
/** A file that is still missing right after is not a matter of updates: the page that failed says so. */
const PATIENCE_MS = 30_000

/** A file of the app could not be fetched. It is not asked for again, so pages may lack their styles from now on. */
let isOutdated = false

interface Navigations {
  readonly subscribe: (
    moment: 'onBeforeNavigate',
    listener: (event: {
      readonly pathChanged: boolean
      readonly toLocation: { readonly href: string }
    }) => void,
  ) => unknown
}

/** Has the browser itself go to the next page once a file is missing. */
export function followUpdates(router: Navigations): void {
  window.addEventListener('vite:preloadError', () => {
    isOutdated = true
  })
  router.subscribe('onBeforeNavigate', ({ pathChanged, toLocation }) => {
    if (pathChanged && mayStartAnew()) window.location.assign(toLocation.href)
  })
}

/** For a page that could not be shown: perhaps its files were missing. */
export function startAnewIfOutdated(): void {
  if (mayStartAnew()) window.location.reload()
}

function mayStartAnew(): boolean {
  const before = Number(sessionStorage.getItem(STORAGE_KEY) ?? 0)
  if (!isOutdated || Date.now() - before < PATIENCE_MS) return false
  sessionStorage.setItem(STORAGE_KEY, String(Date.now()))
  return true
}
