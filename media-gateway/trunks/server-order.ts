/** In which order the servers of a carrier are tried (RFC 2782, RFC 3263 section 4.3). */

export interface Ranked {
  readonly priority: number
  readonly weight: number
}

/**
 * By priority, the lowest first; within one priority by chance, in proportion to weight.
 * @param random from 0 to below 1, asked once for each place.
 */
export function inServerOrder<T extends Ranked>(servers: readonly T[], random: () => number): T[] {
  const priorities = [...new Set(servers.map(({ priority }) => priority))].sort((a, b) => a - b)
  return priorities.flatMap((priority) =>
    drawn(
      servers.filter((server) => server.priority === priority),
      random,
    ),
  )
}

function drawn<T extends Ranked>(servers: readonly T[], random: () => number): T[] {
  // Those of weight 0 are in front, so that they have a small chance beside others (RFC 2782).
  const left = servers.toSorted((a, b) => Math.min(1, a.weight) - Math.min(1, b.weight))
  const order: T[] = []
  while (left.length > 0) {
    const total = left.reduce((sum, { weight }) => sum + weight, 0)
    let distance = Math.floor(random() * (total + 1))
    const found = left.findIndex(({ weight }) => {
      distance -= weight
      return distance <= 0
    })
    order.push(...left.splice(Math.max(0, found), 1))
  }
  return order
}
