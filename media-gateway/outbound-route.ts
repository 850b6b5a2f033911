/** Where a call to a number goes. */
import type { OutgoingInviteOptions, RegisteredPhone, SipCredentials, SipHop } from './sip/index.ts'

/** No carrier, and no phone of ours is registered for the number: another try now would find the same. */
export class UnresolvedTargetError extends Error {
  readonly retryable = false
  constructor(number: string) {
    super(`Cannot resolve outbound target: ${number}`)
    this.name = 'UnresolvedTargetError'
  }
}

export interface OutboundRoutes {
  readonly trunk: { readonly hop: SipHop; readonly credentials: SipCredentials | undefined } | undefined
  /** Registered for the number, the one to try first in front. */
  readonly phonesOf: (number: string) => readonly RegisteredPhone[]
}

export type OutboundRoute = Pick<OutgoingInviteOptions, 'target' | 'requestUri' | 'credentials'>

/**
 * The carrier, else a registered user with that number.
 * @throws UnresolvedTargetError
 */
export function outboundRoute({ trunk, phonesOf }: OutboundRoutes, number: string): OutboundRoute {
  if (trunk !== undefined) {
    const { hop: target, credentials } = trunk
    return credentials === undefined ? { target } : { target, credentials }
  }
  const [phone] = phonesOf(number.replaceAll(/\D/g, ''))
  if (phone === undefined) throw new UnresolvedTargetError(number)
  return phone
}
