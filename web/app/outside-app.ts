/** Pages at our address that are not the app's: the browser must load them, the router does not know them. */
const OUTSIDE = /^\/(temporal|api)(\/|$)/

/** @param href path with its query. */
export const isOutsideApp = (href: string): boolean => OUTSIDE.test(href)
