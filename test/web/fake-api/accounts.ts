/** Accounts of the fake, with the refusals of the real API. */
import type { Account, AccountChange, NewAccount } from '../../../web/api/types.ts'

interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly type?: string
}

const account = (id: string, email: string, name: string, change: Partial<Account> = {}): Account => ({
  id,
  email,
  name,
  role: 'agent',
  blocked: false,
  must_change_password: false,
  created_at: '2026-11-01T09:00:00+09:00',
  ...change,
})

export const FIRST_PASSWORD = 'abcd-efgh-jkmn-pqrs'

export class FakeAccounts {
  list: Account[]

  /** @param me id of who has signed in. */
  constructor(me: string) {
    this.list = [
      account('gone', 'gone@example.com', '김퇴사', { blocked: true }),
      account(me, 'owner@example.com', '운영자', { role: 'admin' }),
      account('sujin', 'agent@example.com', '이수진', { must_change_password: true }),
    ]
  }

  answer(method: string, id: string | undefined, rest: string | undefined, body: unknown): Answer {
    if (id === undefined) {
      if (method === 'GET') return { status: 200, body: { accounts: this.list } }
      const { email, name, role } = body as NewAccount
      if (this.list.some((known) => known.email === email)) return taken()
      const added = account(`new-${this.list.length}`, email, name, { role, must_change_password: true })
      this.list = [...this.list, added]
      return { status: 201, body: { account: added, first_password: FIRST_PASSWORD } }
    }
    const change = rest === 'password' ? { must_change_password: true } : (body as AccountChange)
    const before = this.list.find((known) => known.id === id)
    if (before === undefined) return { status: 404 }
    const after = { ...before, ...change } as Account
    this.list = this.list.map((known) => (known.id === id ? after : known))
    return rest === 'password'
      ? { status: 200, body: { account: after, first_password: FIRST_PASSWORD } }
      : { status: 200, body: after }
  }
}

const taken = (): Answer => ({
  status: 409,
  type: 'application/problem+json',
  body: {
    type: '/api/docs#refused',
    title: 'Not possible now',
    status: 409,
    code: 'email_taken',
    detail: 'A sentence in English.',
    errors: [{ path: 'body.email', message: 'A sentence in English.' }],
  },
})
