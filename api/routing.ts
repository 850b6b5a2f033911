/**
 * Routes with permissions. Deny by default: a route is reached only through `declare…` here, and one that
 * got into the app another way is refused at run time and by a test.
 */
import { OpenAPIHono, type RouteConfig, type RouteHandler } from '@hono/zod-openapi'
import type { Context, Handler, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import { type ApiScope, isApiScope } from '../domain/api-scopes.ts'
import type { FindKeyHolder } from './auth/api-keys.ts'
import type { SignIn } from './auth/sign-in.ts'
import type { ApiEnv, Person } from './context.ts'
import { ApiProblem, invalidRequestHook } from './problems.ts'
import { comesFromInside } from './security.ts'

/**
 * Who may use a route.
 * `webhook` and `signed_link`: no session; the handler checks the signature itself.
 * A scope: people who have signed in, and programs by a key that has it.
 * `any_scope`: people who have signed in, and programs by any key; the handler looks at what it may.
 * `internal`: only from this machine or its private network, never through the proxy.
 */
export type Permission =
  | 'public'
  | 'signed_in'
  | 'admin'
  | 'webhook'
  | 'signed_link'
  | 'internal'
  | 'any_scope'
  | ApiScope
export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete' | 'options'

/** The app and the only ways to add a route to it. */
export interface ApiRouter {
  readonly app: OpenAPIHono<ApiEnv>
  /** By "METHOD /path" in Hono's notation. */
  readonly permissions: ReadonlyMap<string, Permission>
  /** A route of the OpenAPI document; its requests are validated. */
  readonly declare: <Route extends RouteConfig>(
    permission: Permission,
    route: Route,
    handler: RouteHandler<Route, ApiEnv>,
  ) => void
  /** A route outside the document: pages, webhooks' raw bodies, files. */
  readonly declarePlain: (
    permission: Permission,
    method: Method,
    path: string,
    ...handlers: Handler<ApiEnv>[]
  ) => void
}

const routeKey = (method: string, path: string) => `${method.toUpperCase()} ${path}`

/**
 * @param before middleware that runs ahead of the permission check, e.g. security headers.
 * @param findKeyHolder programs; default: none has a key.
 */
export function createRouter(
  signIn: SignIn,
  before: readonly MiddlewareHandler<ApiEnv>[],
  findKeyHolder: FindKeyHolder = async () => 'no_key',
): ApiRouter {
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: invalidRequestHook })
  const permissions = new Map<string, Permission>()
  for (const middleware of before) app.use('*', middleware)
  app.use('*', createGuard(signIn, findKeyHolder, permissions))
  return {
    app,
    permissions,
    declare: (permission, route, handler) => {
      permissions.set(routeKey(route.method, toHonoPath(route.path)), permission)
      app.openapi({ ...route, 'x-permission': permission, ...securityOf(permission) }, handler)
    },
    declarePlain: (permission, method, path, ...handlers) => {
      permissions.set(routeKey(method, path), permission)
      app.on(method.toUpperCase(), [path], ...handlers)
    },
  }
}

interface Asker {
  readonly person: Person
  readonly scopes: readonly ApiScope[] | null
}

const takesKey = (permission: Permission): boolean => permission === 'any_scope' || isApiScope(permission)

const toHonoPath = (path: string) => path.replaceAll(/\{(.+?)\}/g, ':$1')
function securityOf(permission: Permission) {
  if (permission === 'signed_in' || permission === 'admin') return { security: [{ session: [] }] }
  return { security: takesKey(permission) ? [{ session: [] }, { key: [] }] : [] }
}

/** Middleware of `app.use` matches every path; it is not a route and needs no permission. */
const isMiddleware = (route: { method: string; path: string }) =>
  route.method === 'ALL' && route.path === '/*'

function createGuard(
  signIn: SignIn,
  findKeyHolder: FindKeyHolder,
  permissions: ReadonlyMap<string, Permission>,
): MiddlewareHandler<ApiEnv> {
  const findAsker = async (permission: Permission, context: Context<ApiEnv>): Promise<Asker> => {
    const { headers } = context.req.raw
    const holder = takesKey(permission) ? await findKeyHolder(headers) : 'no_key'
    if (holder === null)
      throw new ApiProblem('unauthenticated', 'This key is not known, or is used no more.', {
        code: 'bad_key',
      })
    if (holder !== 'no_key') {
      if (permission !== 'any_scope' && !holder.scopes.some((scope) => scope === permission))
        throw new ApiProblem('forbidden', `This key has no scope "${permission}".`, { code: 'scope_missing' })
      return holder
    }
    const person = await signIn.findPerson(headers)
    if (person === null) throw new ApiProblem('unauthenticated', 'Please sign in.')
    return { person, scopes: null }
  }

  return async function guard(context, next) {
    const routes = matchedRoutes(context).filter((route) => !isMiddleware(route))
    const [declared, ...others] = routes.map((route) => permissions.get(routeKey(route.method, route.path)))
    if (routes.length === 0) throw new ApiProblem('not_found', 'There is nothing at this address.')
    if (declared === undefined || others.includes(undefined)) {
      throw new ApiProblem('forbidden', 'This route has no permission declared.')
    }
    if (declared === 'signed_in' || declared === 'admin' || takesKey(declared)) {
      const { person, scopes } = await findAsker(declared, context)
      if (!mayUse(declared, person)) throw new ApiProblem('forbidden', 'Only the owner may do this.')
      context.set('person', person)
      context.set('scopes', scopes)
    }
    if (declared === 'internal' && !comesFromInside(context)) {
      throw new ApiProblem('forbidden', 'Only from inside the private network.')
    }
    await next()
  }
}

const mayUse = (permission: Permission, person: Person) => permission !== 'admin' || person.role === 'admin'
