/** Who a cookie belongs to is remembered for a moment, and forgotten when it may have changed. */
import { expect, test } from 'vitest'
import { SESSION_MEMORY_MS, SessionCache } from '../../api/auth/session-cache.ts'
import type { Person } from '../../api/context.ts'

const person = (name: string): Person => ({
  id: name,
  email: `${name}@example.com`,
  name,
  role: 'agent',
  mustChangePassword: false,
})

function cache() {
  const clock = { ms: 1_000 }
  const asked: string[] = []
  const sessions = new SessionCache(() => clock.ms)
  sessions.hear(true)
  const find = (token: string, found: Person | null = person(token)) =>
    sessions.find(token, async () => {
      asked.push(token)
      return found
    })
  return { clock, asked, sessions, find }
}

test('asks once in a moment, and again after it', async () => {
  const { clock, asked, find } = cache()
  expect(await find('a')).toEqual(person('a'))
  clock.ms += SESSION_MEMORY_MS - 1
  expect(await find('a')).toEqual(person('a'))
  expect(asked).toEqual(['a'])
  clock.ms += 1
  await find('a')
  expect(asked).toEqual(['a', 'a'])
})

test('remembers nobody who was not found', async () => {
  const { asked, find } = cache()
  expect(await find('a', null)).toBeNull()
  expect(await find('a')).toEqual(person('a'))
  expect(asked).toEqual(['a', 'a'])
})

test('keeps cookies apart, and forgets all of them at once', async () => {
  const { asked, sessions, find } = cache()
  await find('a')
  await find('b')
  expect(await find('b')).toEqual(person('b'))
  sessions.forget()
  await find('a')
  await find('b')
  expect(asked).toEqual(['a', 'b', 'a', 'b'])
})

test('does not keep what was looked up before everybody was forgotten', async () => {
  const { asked, sessions, find } = cache()
  const looked = Promise.withResolvers<Person>()
  const slow = sessions.find('a', () => looked.promise)
  sessions.forget()
  looked.resolve(person('a'))
  await slow
  expect(await find('a', null)).toBeNull()
  expect(asked).toEqual(['a'])
})

test('remembers nobody while it would not hear that a session ended', async () => {
  const { asked, sessions, find } = cache()
  await find('a')
  sessions.hear(false)
  await find('a')
  await find('a')
  expect(asked).toEqual(['a', 'a', 'a'])
  sessions.hear(true)
  await find('a')
  await find('a')
  expect(asked).toEqual(['a', 'a', 'a', 'a'])
})

test('holds a bounded number, the oldest going first', async () => {
  const { asked, find } = cache()
  for (let i = 0; i <= 1_000; i++) await find(`${i}`)
  asked.length = 0
  await find('1000')
  await find('0')
  expect(asked).toEqual(['0'])
})
