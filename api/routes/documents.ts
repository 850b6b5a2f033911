/** The OpenAPI document and its page. */
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { ApiEnv } from '../context.ts'
import { renderApiDocs } from '../docs-page.ts'
import type { ApiRouter } from '../routing.ts'
import { liveEventSchema } from '../schemas/live-events.ts'
import { VERSION } from './system.ts'

/** The OpenAPI 3.1 document of everything declared so far. */
export function openApiDocument(app: OpenAPIHono<ApiEnv>) {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Daeri',
      version: VERSION,
      description:
        'Orders of condolence wreaths, the calls they come from, and what becomes of them. ' +
        'Times are ISO 8601 with +09:00, amounts in won, phone numbers masked. ' +
        'Sign in with POST /api/auth/sign-in/email {email, password}; the session is a cookie. ' +
        'Programs send a key of theirs instead, where a route takes one: Authorization: Bearer dk_… . ' +
        'Errors are problem details (RFC 9457). GET /api/events is a WebSocket that sends LiveEvent messages; ' +
        'a key hears those of its scopes (outbound:read, campaigns:read).',
    },
  })
}

/** Adds /api/openapi.json and /api/docs; call it after all other routes. */
export function addDocumentRoutes({ app, declarePlain }: ApiRouter, cookieName: string): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: cookieName,
  })
  app.openAPIRegistry.registerComponent('securitySchemes', 'key', { type: 'http', scheme: 'bearer' })
  app.openAPIRegistry.register('LiveEvent', liveEventSchema)
  let document: ReturnType<typeof openApiDocument> | undefined
  const getDocument = () => {
    document ??= openApiDocument(app)
    return document
  }
  declarePlain('public', 'get', '/api/openapi.json', (c) => c.json(getDocument()))
  declarePlain('public', 'get', '/api/docs', (c) => c.html(renderApiDocs(getDocument())))
}
