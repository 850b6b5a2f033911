/** Who is signed in. Sign-in itself is better-auth's: POST /api/auth/sign-in/email, /sign-out, /change-password. */
import { queryOptions } from '@tanstack/react-query'
import { request } from './client.ts'
import { ApiError } from './problem.ts'
import type { Me } from './types.ts'

/** null: nobody is signed in. */
export const meQuery = queryOptions({
  queryKey: ['me'] as const,
  queryFn: async ({ signal }): Promise<Me | null> => {
    try {
      return await request<Me>('GET', '/api/me', { signal })
    } catch (error) {
      if (error instanceof ApiError && error.problem.status === 401) return null
      throw error
    }
  },
  staleTime: 5 * 60_000,
})

export const signIn = (input: { readonly email: string; readonly password: string }): Promise<unknown> =>
  request('POST', '/api/auth/sign-in/email', { body: { ...input, rememberMe: true } })

export const signOut = (): Promise<unknown> => request('POST', '/api/auth/sign-out', { body: {} })

export const changePassword = (input: {
  readonly currentPassword: string
  readonly newPassword: string
}): Promise<unknown> =>
  request('POST', '/api/auth/change-password', { body: { ...input, revokeOtherSessions: true } })
