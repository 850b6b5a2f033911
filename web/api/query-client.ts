import { QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError, NetworkError } from './problem.ts'

/**
 * The cache of everything read from the API. Live events keep it fresh, so nothing is polled and a window that
 * gets the focus again reads again only what is older than half a minute.
 * @param onSignedOut the API says that nobody is signed in any more.
 */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (error instanceof ApiError && error.problem.status === 401 && query.queryKey[0] !== 'me')
          onSignedOut()
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (failures, error) => failures < 2 && isRetryable(error),
        retryDelay: (attempt) => Math.min(4000, 500 * 2 ** attempt),
      },
      mutations: { retry: false },
    },
  })
}

const isRetryable = (error: unknown): boolean =>
  error instanceof NetworkError || (error instanceof ApiError && error.retryable)
