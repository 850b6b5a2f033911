/** A request of ours that is no INVITE, with the answer to a challenge where one comes (RFC 3261 section 22.2). */
import type { DigestClient } from './auth/digest-client.ts'
import type { SipResponse } from './message.ts'
import type { SipHop } from './types.ts'
import type { UserAgent } from './user-agent.ts'
import type { Field, OutgoingRequest } from './write-message.ts'

/** A first challenge, and a second one that says that the first nonce was stale. */
export const MAX_CHALLENGES = 2

export const isChallenge = ({ code }: SipResponse): boolean => code === 401 || code === 407

export type RequestOutcome =
  | { readonly kind: 'response'; readonly response: SipResponse }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'transport'; readonly error: unknown }

/**
 * Sends it and resolves with what decides it; never rejects.
 * @param make the request anew, with its own branch and CSeq, for each try.
 * @param onAnswer told of each answer, a challenge too.
 */
export async function sendRequest(
  agent: UserAgent,
  digest: DigestClient | null,
  make: () => { readonly request: OutgoingRequest; readonly nextHop: SipHop },
  onAnswer: (response: SipResponse) => void = () => {},
): Promise<RequestOutcome> {
  for (let challenges = 0; ; challenges++) {
    const outcome = await sendOnce(agent, digest, make())
    if (outcome.kind !== 'response') return outcome
    const { response } = outcome
    onAnswer(response)
    if (!isChallenge(response)) {
      digest?.proven()
      return outcome
    }
    if (challenges >= MAX_CHALLENGES || digest?.accept(response) !== true) return outcome
  }
}

function sendOnce(
  agent: UserAgent,
  digest: DigestClient | null,
  { request, nextHop }: { readonly request: OutgoingRequest; readonly nextHop: SipHop },
): Promise<RequestOutcome> {
  const { promise, resolve } = Promise.withResolvers<RequestOutcome>()
  agent.transactions.startRequest(authorized(request, digest), nextHop, {
    onResponse: (response) => {
      if (response.code >= 200) resolve({ kind: 'response', response })
    },
    onTimeout: () => resolve({ kind: 'timeout' }),
    onTransportError: (error) => resolve({ kind: 'transport', error }),
  })
  return promise
}

/** The request with what answers the challenges so far. */
export function authorized(request: OutgoingRequest, digest: DigestClient | null): OutgoingRequest {
  const fields: readonly Field[] = digest?.authorize(request.method, request.uri) ?? []
  return fields.length === 0 ? request : { ...request, fields: [...fields, ...request.fields] }
}
