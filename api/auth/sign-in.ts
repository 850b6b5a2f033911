/** Who asks: sessions read from cookies, the library's routes, and the first owner of a fresh installation. */
import { randomInt } from 'node:crypto'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Person } from '../context.ts'
import type { SessionNews } from '../events/live-events.ts'
import { type AttemptLimiter, createAttemptLimiter } from './attempt-limiter.ts'
import { type AuthInput, createAuth, sessionCookieName } from './auth.ts'
import { SessionCache } from './session-cache.ts'

/** Sign-in as the rest of the API sees it. */
export interface SignIn {
  /** The person whose session cookie is in the headers; null without a valid session. */
  readonly findPerson: (headers: Headers) => Promise<Person | null>
  /** What the database tells of sessions; a person is remembered only while it is heard. */
  readonly hearOfSessions: (news: SessionNews) => void
  /** Answers a request to one of the library's own routes. */
  readonly handle: (request: Request) => Promise<Response>
  readonly attempts: AttemptLimiter
  /** Name of the session cookie. */
  readonly cookieName: string
  /** Makes the owner if nobody can sign in yet. */
  readonly ensureOwner: (owner: FirstOwner) => Promise<FirstSignIn | null>
  /** Adds a person; their password has to be changed at the first sign-in. */
  readonly createPerson: (person: NewPerson) => Promise<void>
  /** The same with a password made here. @returns it. */
  readonly addPerson: (person: Omit<NewPerson, 'password'>) => Promise<string>
  /** A new first password instead of whatever it was; the person's sessions end. @returns it. */
  readonly renewPassword: (userId: string) => Promise<string>
  /** Notes who looked at personal data, or did something else that has to be answered for. */
  readonly writeAudit: (entry: AuditEntry) => Promise<void>
  readonly close: () => Promise<void>
}

/** A line of the audit log. */
export interface AuditEntry {
  /** E-mail of the person. */
  readonly actor: string
  readonly action:
    | 'reveal_phone'
    | 'revoke_links'
    | 'reveal_refund_account'
    | 'call_listen'
    | 'call_whisper'
    | 'call_take_over'
    | 'call_recording_pause'
    | 'call_recording_resume'
    | 'call_capture_start'
    | 'call_capture_stop'
    | 'call_capture_download'
    | 'outbound_request'
    | 'campaign_create'
    | 'campaign_change'
    | 'campaign_delete'
    | 'campaign_rows'
    | 'campaign_start'
    | 'campaign_pause'
    | 'campaign_resume'
    | 'campaign_stop'
    | 'campaign_speed'
    | 'campaign_skip'
    | 'call_consents'
    | 'do_not_call'
    | 'do_not_call_import'
    | 'do_not_call_remove'
    | 'consent_import'
    | 'consent_withdraw'
    | 'forget_number'
    | 'outbound_cancel'
    | 'outbound_retry'
    | 'outbound_transfer'
    | 'webhook_resend'
    | 'add_api_key'
    | 'revoke_api_key'
    | 'add_person'
    | 'change_person'
    | 'renew_password'
    | 'flow_release'
    | 'flow_discard'
  /** null: it is about something else, which `reason` names. */
  readonly orderId: number | null
  readonly reason: string
}

/** `password` unset: one is made. */
export interface FirstOwner {
  readonly email: string
  readonly password: string | undefined
}

/** What is shown once to the one who installed the system. */
export interface FirstSignIn {
  readonly email: string
  readonly password: string
}

/** Someone to be added. */
export interface NewPerson {
  readonly email: string
  readonly password: string
  readonly name: string
  readonly role: 'admin' | 'agent'
}

/** Opens sign-in on the database; connections are made on first use. */
export function createSignIn(input: AuthInput): SignIn {
  const { auth, database, pool, close } = createAuth(input)
  const cookieName = sessionCookieName(input.publicUrl)
  const sessions = new SessionCache()

  const createPerson = async (person: NewPerson) => {
    await auth.api.createUser({ body: { ...person, data: { mustChangePassword: true } } })
  }

  return {
    close,
    cookieName,
    attempts: createAttemptLimiter(pool),
    createPerson,

    async addPerson(person) {
      const password = makePassword()
      await createPerson({ ...person, password })
      return password
    },

    async renewPassword(userId) {
      const password = makePassword()
      const library = await auth.$context
      await library.internalAdapter.updatePassword(userId, await library.password.hash(password))
      await database
        .updateTable('auth_users')
        .set({ must_change_password: true })
        .where('id', '=', userId)
        .execute()
      await database.deleteFrom('auth_sessions').where('user_id', '=', userId).execute()
      sessions.forget()
      return password
    },

    hearOfSessions(news) {
      if (news === 'changed') sessions.forget()
      else sessions.hear(news === 'hearing')
    },
    async handle(request) {
      try {
        return await auth.handler(request)
      } finally {
        if (request.method !== 'GET') sessions.forget()
      }
    },

    async writeAudit({ actor, action, orderId, reason }) {
      await database
        .insertInto('audit_entries')
        .values({ actor, action, order_id: orderId, reason })
        .execute()
    },

    async findPerson(headers) {
      const token = readCookie(headers.get('cookie'), cookieName)
      if (token === undefined) return null
      return sessions.find(token, async () => {
        const found = await auth.api.getSession({ headers })
        if (found === null) return null
        const { id, email, name, role, mustChangePassword } = found.user
        return { id, email, name, role: role === 'admin' ? 'admin' : 'agent', mustChangePassword }
      })
    },

    async ensureOwner(owner) {
      const anyone = await database.selectFrom('auth_users').select('id').limit(1).executeTakeFirst()
      if (anyone !== undefined) return null
      const password = owner.password ?? makePassword()
      try {
        await createPerson({ email: owner.email, password, name: 'Owner', role: 'admin' })
      } catch (error) {
        // Another copy of the API was faster: the e-mail is unique.
        const made = await database.selectFrom('auth_users').select('id').limit(1).executeTakeFirst()
        if (made === undefined) throw error
        return null
      }
      return { email: owner.email, password }
    },
  }
}

/** Value of a cookie by its name, as it stands in the header (RFC 6265 section 4.2.1). */
function readCookie(header: string | null, name: string): string | undefined {
  const pair = header?.split(';').find((each) => each.trimStart().startsWith(`${name}=`))
  return pair?.slice(pair.indexOf('=') + 1).trim()
}

/** Keeps the first sign-in where only the owner of the data folder can read it. @returns the file. */
export function keepFirstSignIn(dataDir: string, firstSignIn: FirstSignIn): string {
  const file = join(dataDir, 'first-sign-in.txt')
  writeFileSync(file, `${firstSignIn.email}\n${firstSignIn.password}\n`, { mode: 0o600 })
  chmodSync(file, 0o600) // an older file keeps its mode when it is overwritten
  return file
}

/** No letters that are taken for others when they are read out or copied by hand. */
const PASSWORD_ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'
const PASSWORD_GROUPS = 4
const PASSWORD_GROUP_LENGTH = 4

/** 16 characters of 31: 79 bits. */
function makePassword(): string {
  const group = () =>
    Array.from(
      { length: PASSWORD_GROUP_LENGTH },
      () => PASSWORD_ALPHABET[randomInt(PASSWORD_ALPHABET.length)],
    ).join('')
  return Array.from({ length: PASSWORD_GROUPS }, group).join('-')
}
