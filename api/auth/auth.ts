/** Sign-in with e-mail and password, sessions and roles, by better-auth on our own Postgres tables. */
import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { createAuthMiddleware } from 'better-auth/api'
import { admin } from 'better-auth/plugins'
import { createAccessControl } from 'better-auth/plugins/access'
import { adminAc, defaultStatements, userAc } from 'better-auth/plugins/admin/access'
import { Kysely, PostgresDialect } from 'kysely'
import { Pool } from 'pg'
import type { Logger } from 'pino'

/** Header that carries the address of the client as our own server saw it; never taken from outside. */
export const CLIENT_ADDRESS_HEADER = 'x-daeri-client-address'
const MIN_PASSWORD_LENGTH = 10
/** Where the library's routes live; which of them are open is declared in routes/auth.ts. */
export const AUTH_PATH = '/api/auth'

const COOKIE_PREFIX = 'daeri'
const isSecure = (publicUrl: string) => publicUrl.startsWith('https:')
/** Secure cookies carry the prefix that browsers enforce (RFC 6265bis section 4.1.3). */
export const sessionCookieName = (publicUrl: string): string =>
  `${isSecure(publicUrl) ? '__Secure-' : ''}${COOKIE_PREFIX}.session_token`

const access = createAccessControl(defaultStatements)
const SESSION_SECONDS = 7 * 24 * 3600
const SESSION_REFRESH_SECONDS = 24 * 3600
const AUTH_CONNECTIONS = 4

/** What sign-in needs to know; times and names of the tables are its own affair. */
export interface AuthInput {
  readonly databaseUrl: string
  readonly publicUrl: string
  readonly secret: string
  readonly logger: Logger
}

/** The rows of sign-in that our own code touches. */
export interface AuthTables {
  auth_users: { id: string; email: string; must_change_password: boolean }
  auth_sessions: { user_id: string }
  audit_entries: { actor: string; action: string; order_id: number | null; reason: string }
}

/** Options of the library; a test compares them with the migration. */
export function authOptions(input: AuthInput, database: Kysely<AuthTables>) {
  return {
    appName: 'Daeri',
    baseURL: input.publicUrl,
    basePath: AUTH_PATH,
    secret: input.secret,
    database: { db: database, type: 'postgres' },
    // Origins are checked before the library is reached (security.ts), by the Host the browser used.
    trustedOrigins: (request) => {
      const origin = request?.headers.get('origin')
      return origin ? [origin] : []
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: MIN_PASSWORD_LENGTH,
      revokeSessionsOnPasswordReset: true,
    },
    // Attempts are limited in rate-limits.ts, shared by all copies of the API.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: {
      level: 'warn',
      log: (level, message) => input.logger[level === 'warn' ? 'warn' : 'error']({ source: 'auth' }, message),
    },
    advanced: {
      cookiePrefix: COOKIE_PREFIX,
      useSecureCookies: isSecure(input.publicUrl),
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
    },
    user: {
      modelName: 'auth_users',
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
      additionalFields: {
        mustChangePassword: {
          type: 'boolean',
          required: true,
          defaultValue: false,
          input: false,
          fieldName: 'must_change_password',
        },
      },
    },
    session: {
      modelName: 'auth_sessions',
      expiresIn: SESSION_SECONDS,
      updateAge: SESSION_REFRESH_SECONDS,
      fields: {
        userId: 'user_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    account: {
      modelName: 'auth_accounts',
      fields: {
        userId: 'user_id',
        accountId: 'account_id',
        providerId: 'provider_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    verification: {
      modelName: 'auth_verifications',
      fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    hooks: {
      after: createAuthMiddleware(async (context) => {
        const user = context.context.session?.user
        if (context.path !== '/change-password' || user === undefined) return
        if (context.context.returned instanceof Error) return
        await database
          .updateTable('auth_users')
          .set({ must_change_password: false })
          .where('id', '=', user.id)
          .execute()
      }),
    },
    plugins: [
      admin({
        ac: access,
        roles: { admin: access.newRole(adminAc.statements), agent: access.newRole(userAc.statements) },
        defaultRole: 'agent',
        adminRoles: ['admin'],
        schema: {
          user: { fields: { banReason: 'ban_reason', banExpires: 'ban_expires' } },
          session: { fields: { impersonatedBy: 'impersonated_by' } },
        },
      }),
    ],
  } satisfies BetterAuthOptions
}

/** The library with its own small pool; `close` releases it. */
export function createAuth(input: AuthInput) {
  const pool = new Pool({ connectionString: input.databaseUrl, max: AUTH_CONNECTIONS })
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', (error) => input.logger.warn({ err: error }, 'idle database connection lost'))
  const database = new Kysely<AuthTables>({ dialect: new PostgresDialect({ pool }) })
  const auth = betterAuth(authOptions(input, database))
  return { auth, database, pool, close: () => database.destroy() }
}

export type Auth = ReturnType<typeof createAuth>['auth']
