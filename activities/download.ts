/** Files of outside parties: fetched with limits of time and size. */
import type { IssueCause } from '../domain/issue-cause.ts'
import { PartyError, unreachable } from './http.ts'

export interface Download {
  /** Who is asked, as the person reads it who has to resolve the Issue. */
  readonly party: string
  readonly url: URL
  readonly headers?: Readonly<Record<string, string>>
  readonly maxBytes: number
  readonly timeoutMs: number
}

/** What is served is larger than allowed; retrying will not help. */
export class TooLargeError extends Error {
  readonly issueCause: IssueCause = { code: 'photo_unusable' }
  readonly retryable = false
}

/** What can't be fetched at all, e.g. by its protocol; retrying will not help. */
export class NotFetchableError extends Error {
  readonly retryable = false
}

/** @throws PartyError, TooLargeError, NotFetchableError */
export async function download({
  party,
  url,
  headers = {},
  maxBytes,
  timeoutMs,
}: Download): Promise<Uint8Array> {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new NotFetchableError(`a file can't be fetched by ${url.protocol}`)
  }
  let response: Response
  try {
    response = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) })
  } catch (error) {
    throw unreachable(party, error)
  }
  if (!response.ok) {
    await response.body?.cancel()
    const { status } = response
    throw new PartyError(
      party,
      status,
      `HTTP_${status}`,
      `${party}에서 파일을 받을 수 없습니다 (HTTP ${status}).`,
    )
  }
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength
      if (size > maxBytes) throw new TooLargeError(`${party}의 파일이 ${maxBytes}바이트보다 큽니다.`)
      chunks.push(chunk)
    }
  } catch (error) {
    throw error instanceof TooLargeError ? error : unreachable(party, error)
  }
  return Buffer.concat(chunks)
}
