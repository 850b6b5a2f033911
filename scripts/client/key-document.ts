/** The part of the OpenAPI document that programs can use: what the client package is generated from. */
import { createHash } from 'node:crypto'

/** As much of an OpenAPI 3.1 document as is looked at here. */
export interface ApiDocument {
  readonly openapi?: unknown
  readonly info?: unknown
  readonly paths?: object | undefined
  readonly components?: { readonly schemas?: object | undefined } | undefined
}

/** Only the operations that take a key, with the components they refer to; keys in order, examples left out. */
export function keyDocument(document: ApiDocument): object {
  const { openapi, info } = document
  const paths = Object.entries(document.paths ?? {}).flatMap(([path, item]: [string, object]) => {
    const operations = Object.entries(item).filter(([, operation]) => takesKey(operation))
    return operations.length === 0 ? [] : [[path, Object.fromEntries(operations)] as const]
  })
  const kept = new Map<string, unknown>()
  keepReferred(paths, document, kept)
  const schemas = Object.fromEntries([...kept].map(([reference, schema]) => [nameOf(reference), schema]))
  return ordered({ openapi, info, paths: Object.fromEntries(paths), components: { schemas } }) as object
}

/** Tells whether generated types still fit the document. */
export const fingerprintOf = (document: object): string =>
  createHash('sha256').update(JSON.stringify(document)).digest('hex').slice(0, 16)

const SCHEMAS = '#/components/schemas/'
const nameOf = (reference: string): string => reference.slice(SCHEMAS.length)

function takesKey(operation: unknown): boolean {
  const { security } = operation as { readonly security?: readonly object[] }
  return security?.some((way) => 'key' in way) ?? false
}

function keepReferred(value: unknown, document: ApiDocument, kept: Map<string, unknown>): void {
  if (Array.isArray(value)) for (const item of value) keepReferred(item, document, kept)
  else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      if (key !== '$ref' || typeof inner !== 'string') keepReferred(inner, document, kept)
      else if (inner.startsWith(SCHEMAS) && !kept.has(inner)) {
        const schema: unknown = Reflect.get(document.components?.schemas ?? {}, nameOf(inner))
        kept.set(inner, schema)
        keepReferred(schema, document, kept)
      }
    }
  }
}

/** The same content gives the same text, in whatever order routes were added. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'example' && key !== 'examples')
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, ordered(inner)]),
  )
}
