/** The one who asks, and what every request carries. */
import type { HttpBindings } from '@hono/node-server'
import type { WebSocket } from 'ws'
import type { ApiScope } from '../domain/api-scopes.ts'

export type Role = 'admin' | 'agent'

/** Someone who has signed in. */
export interface Person {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly mustChangePassword: boolean
}

/**
 * Called by a route to take the socket of an upgrade; the answer it returns besides is not sent.
 * @param maxMessageBytes longer messages of the browser end the socket; default 1024.
 */
export type AcceptUpgrade = (serve: (socket: WebSocket) => void, maxMessageBytes?: number) => void

/** Bindings and variables of every request; `incoming` is missing under `app.request()`. */
export interface ApiEnv {
  Bindings: Partial<HttpBindings> & { readonly acceptUpgrade?: AcceptUpgrade }
  Variables: {
    /** Set by the guard where the route's permission asks for a person. */
    person: Person
    /** Of the key that asks; null: a person does. Set with `person`. */
    scopes: readonly ApiScope[] | null
  }
}
