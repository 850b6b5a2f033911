import { useQueryClient } from '@tanstack/react-query'
import { accountKeys } from '../../api/accounts.ts'

/** Has everything read again that names people. */
export function useAccountsChanged(): () => Promise<void> {
  const client = useQueryClient()
  return async () => {
    await Promise.all(accountKeys.map((queryKey) => client.invalidateQueries({ queryKey })))
  }
}
