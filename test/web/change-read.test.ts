import { QueryClient } from '@tanstack/react-query'
import { expect, it } from 'vitest'
import { changeRead } from '../../web/api/change-read.ts'
import { eventually } from '../support/patience.ts'

const KEY = ['board']
interface Board {
  readonly version: number
}
/** As events do: what is newer stays. */
const to = (version: number) => (board: Board) => (board.version > version ? board : { version })

async function read(client: QueryClient, answer: Promise<Board>): Promise<void> {
  await client.fetchQuery({ queryKey: KEY, queryFn: () => answer, staleTime: 0 })
}

it('a reading that began before a change does not bring the old state back', async () => {
  const client = new QueryClient()
  await read(client, Promise.resolve({ version: 1 }))
  const { promise, resolve } = Promise.withResolvers<Board>()
  const reading = read(client, promise)
  changeRead(client, KEY, to(2))
  changeRead(client, KEY, to(3))
  expect(client.getQueryData(KEY)).toEqual({ version: 3 })
  resolve({ version: 1 })
  await reading
  await eventually(() => expect(client.getQueryData(KEY)).toEqual({ version: 3 }))
})

it('one that is newer stays, one that fails changes nothing, and nothing is made up where nothing was read', async () => {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  changeRead(client, KEY, to(2))
  expect(client.getQueryData(KEY)).toBeUndefined()
  const { promise, resolve } = Promise.withResolvers<Board>()
  const reading = read(client, promise)
  changeRead(client, KEY, to(2))
  resolve({ version: 5 })
  await reading
  await new Promise((settled) => setTimeout(settled))
  expect(client.getQueryData(KEY)).toEqual({ version: 5 })
  const failing = read(client, Promise.reject(new Error('away')))
  changeRead(client, KEY, to(6))
  await expect(failing).rejects.toThrow('away')
  expect(client.getQueryData(KEY)).toEqual({ version: 6 })
})
