/**
 * Local activities of a workflow in which several things go on at once. Two that run at the same time may come
 * back in another order when the history is replayed, and with them whatever they set going; so each waits for
 * the one before it.
 */

/** The methods of `activities`, each called once the one before it has come back or failed. */
export function oneAtATime<Activities extends object>(activities: Activities): Activities {
  let last: Promise<unknown> = Promise.resolve()
  return new Proxy(activities, {
    get(target, name) {
      const activity: unknown = Reflect.get(target, name)
      if (typeof activity !== 'function') return activity
      return (...args: unknown[]) => {
        const result = last.then(() => activity(...args))
        last = result.catch(() => undefined)
        return result
      }
    },
  })
}
