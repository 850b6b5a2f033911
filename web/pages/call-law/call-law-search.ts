/** What the address of the page says: which list, and what is looked for in it. */
export const LAW_TABS = ['never', 'changes', 'consents', 'forget'] as const
export const SOURCES = ['voice', 'digit', 'person', 'file'] as const
export const PURPOSES = ['advertising', 'night_advertising'] as const
export const CONSENT_STATES = ['given', 'expired', 'withdrawn'] as const

export interface CallLawSearch {
  readonly tab?: (typeof LAW_TABS)[number]
  readonly q?: string
  readonly source?: (typeof SOURCES)[number]
  readonly purpose?: (typeof PURPOSES)[number]
  readonly state?: (typeof CONSENT_STATES)[number]
}

const LONGEST_NUMBER = 30

/** Keeps what is understood. */
export function readCallLawSearch(search: Record<string, unknown>): CallLawSearch {
  const tab = LAW_TABS.find((one) => one === search.tab)
  // A router reads "5678" of an address as a number.
  const typed = typeof search.q === 'number' ? String(search.q) : search.q
  const q = typeof typed === 'string' ? typed.trim().slice(0, LONGEST_NUMBER) : ''
  const source = SOURCES.find((one) => one === search.source)
  const purpose = PURPOSES.find((one) => one === search.purpose)
  const state = CONSENT_STATES.find((one) => one === search.state)
  return {
    ...(tab === undefined || tab === 'never' ? {} : { tab }),
    ...(q === '' ? {} : { q }),
    ...(source === undefined ? {} : { source }),
    ...(purpose === undefined ? {} : { purpose }),
    ...(state === undefined ? {} : { state }),
  }
}
