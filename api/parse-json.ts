/** The value of a JSON text, undefined for anything that is not JSON; what it is has to be checked after. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
