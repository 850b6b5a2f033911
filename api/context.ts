/** What routes are given: the parts they use, and what is known of the one who asks. */
import type { HttpBindings } from '@hono/node-server'
import type { Logger } from 'pino'
import type { Settings } from '../config/settings.ts'
import type { Database } from '../db/database.ts'
import type { SignIn } from './auth/sign-in.ts'
import type { LiveEvents } from './events/live-events.ts'
import type { TicketWorkflows } from './ticket-workflows.ts'

export type Role = 'admin' | 'agent'

/** Someone who has signed in. */
export interface Person {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly mustChangePassword: boolean
}

/** Bindings and variables of every request; `incoming` is missing under `app.request()`. */
export interface ApiEnv {
  Bindings: Partial<HttpBindings>
  Variables: {
    /** Set by the guard where the route's permission asks for a person. */
    person: Person
  }
}

/** Everything the API works with; made in main.ts, or by a test. */
export interface ApiDependencies {
  readonly settings: Settings
  readonly logger: Logger
  readonly database: Database
  readonly signIn: SignIn
  readonly tickets: TicketWorkflows
  readonly events: LiveEvents
  /** Folder of the built web app. */
  readonly webFolder: string
  readonly now: () => Date
}
