/** Who can sign in: the owner adds people, changes what they may, and shuts them out. */
import { createRoute, z } from '@hono/zod-openapi'
import type { Database, DatabaseTransaction } from '../../db/database.ts'
import type { Person } from '../context.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { ApiProblem } from '../problems.ts'
import type { ApiRouter } from '../routing.ts'
import {
  type Account,
  accountChangeSchema,
  accountListSchema,
  accountSchema,
  firstPasswordSchema,
  newAccountSchema,
} from '../schemas/accounts.ts'
import { shownTime } from '../views/view-context.ts'
import { json, jsonBody, problems } from './responses.ts'

const tags = ['People']
const params = z.object({
  account_id: z
    .string()
    .regex(/^[A-Za-z0-9]{32}$/, '32 letters and digits')
    .openapi({ param: { name: 'account_id', in: 'path' } }),
})

const listRoute = createRoute({
  method: 'get',
  path: '/api/accounts',
  tags,
  summary: 'Everybody who can sign in or could, by name',
  responses: { 200: json(accountListSchema, 'The accounts'), ...problems('unauthenticated', 'forbidden') },
})

const addRoute = createRoute({
  method: 'post',
  path: '/api/accounts',
  tags,
  summary: 'Adds a person; the answer has the first password, once',
  request: { body: jsonBody(newAccountSchema) },
  responses: {
    201: json(firstPasswordSchema, 'The account'),
    ...problems('unauthenticated', 'forbidden', 'invalid_request', 'refused'),
  },
})

const changeRoute = createRoute({
  method: 'patch',
  path: '/api/accounts/{account_id}',
  tags,
  summary: 'Changes a name or a role, or shuts somebody out: their sessions end at once',
  request: { params, body: jsonBody(accountChangeSchema) },
  responses: {
    200: json(accountSchema, 'The account as it is now'),
    ...problems('unauthenticated', 'forbidden', 'invalid_request', 'not_found', 'refused'),
  },
})

const passwordRoute = createRoute({
  method: 'post',
  path: '/api/accounts/{account_id}/password',
  tags,
  summary: 'Gives somebody a new first password; their sessions end at once',
  request: { params },
  responses: {
    200: json(firstPasswordSchema, 'The account'),
    ...problems('unauthenticated', 'forbidden', 'not_found', 'refused'),
  },
})

/** Adds the routes of accounts. */
export function addAccountRoutes(router: ApiRouter, { database, signIn }: ApiDependencies): void {
  router.declare('admin', listRoute, async (c) => {
    const rows = await accountRows(database).orderBy('name').orderBy('email').execute()
    return c.json({ accounts: rows.map(viewAccount) }, 200)
  })

  router.declare('admin', addRoute, async (c) => {
    const person = c.req.valid('json')
    const known = await accountRows(database).where('email', '=', person.email).executeTakeFirst()
    if (known !== undefined) {
      const detail = 'Somebody has this e-mail already.'
      const errors = [{ path: 'body.email', message: detail }]
      throw new ApiProblem('refused', detail, { code: 'email_taken', errors })
    }
    const first_password = await signIn.addPerson(person)
    const row = await accountRows(database).where('email', '=', person.email).executeTakeFirstOrThrow()
    await note(c.get('person'), 'add_person', row.email)
    return c.json({ account: viewAccount(row), first_password }, 201)
  })

  router.declare('admin', changeRoute, async (c) => {
    const { account_id: id } = c.req.valid('param')
    const { name, role, blocked } = c.req.valid('json')
    const me = c.get('person')
    const account = await database.transaction().execute(async (trx) => {
      await stillOwner(trx, me)
      const row = await find(trx, id)
      const isLess = blocked === true || (role !== undefined && role !== 'admin')
      if (id === me.id && isLess) throw ownAccount()
      await trx
        .updateTable('auth_users')
        .set({
          ...(name === undefined ? {} : { name }),
          ...(role === undefined ? {} : { role }),
          ...(blocked === undefined ? {} : { banned: blocked, ban_reason: null, ban_expires: null }),
          updated_at: new Date(),
        })
        .where('id', '=', id)
        .execute()
      if (blocked === true) await trx.deleteFrom('auth_sessions').where('user_id', '=', id).execute()
      return viewAccount(await find(trx, row.id))
    })
    // The database tells every copy of the API, this one too, but perhaps only after our answer.
    signIn.hearOfSessions('changed')
    await note(me, 'change_person', `${account.email}: ${JSON.stringify(c.req.valid('json'))}`)
    return c.json(account, 200)
  })

  router.declare('admin', passwordRoute, async (c) => {
    const { account_id: id } = c.req.valid('param')
    const me = c.get('person')
    if (id === me.id) throw ownAccount()
    await find(database, id)
    const first_password = await signIn.renewPassword(id)
    const row = await find(database, id)
    await note(me, 'renew_password', row.email)
    return c.json({ account: viewAccount(row), first_password }, 200)
  })

  const note = (person: Person, action: 'add_person' | 'change_person' | 'renew_password', reason: string) =>
    signIn.writeAudit({ actor: person.email, action, orderId: null, reason })
}

const accountRows = (database: Database | DatabaseTransaction) =>
  database
    .selectFrom('auth_users')
    .select(['id', 'email', 'name', 'role', 'banned', 'must_change_password', 'created_at'])
type AccountRow = Awaited<ReturnType<ReturnType<typeof accountRows>['executeTakeFirstOrThrow']>>

async function find(database: Database | DatabaseTransaction, id: string): Promise<AccountRow> {
  const row = await accountRows(database).where('id', '=', id).executeTakeFirst()
  if (row === undefined) throw new ApiProblem('not_found', 'There is no such person.')
  return row
}

/**
 * Nobody takes their own rights away, and whoever takes those of others still has them: so there is always an owner, also
 * when two of them act against each other at the same moment.
 */
async function stillOwner(trx: DatabaseTransaction, { id }: Person): Promise<void> {
  const owners = await accountRows(trx).where('role', '=', 'admin').orderBy('id').forUpdate().execute()
  if (!owners.some((owner) => owner.id === id && owner.banned !== true))
    throw new ApiProblem('forbidden', 'Only the owner may do this.')
}

const ownAccount = (): ApiProblem =>
  new ApiProblem('refused', 'This is your own account: another owner has to do it.', { code: 'own_account' })

function viewAccount({ role, banned, created_at, ...row }: AccountRow): Account {
  return {
    ...row,
    role: role === 'admin' ? 'admin' : 'agent',
    blocked: banned === true,
    created_at: shownTime(created_at),
  }
}
