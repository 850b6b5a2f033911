/** problem+json of RFC 9457, with our `code` and the errors of single fields. */
export interface Problem {
  readonly status: number
  readonly title: string
  readonly detail: string | null
  readonly code: string | null
  /** Message by field name, of a form that was refused. */
  readonly fields: Readonly<Record<string, string>>
  /** The same by the whole path of the field, where there is a list of errors. */
  readonly paths: Readonly<Record<string, string>>
}

/** The API refused or failed; `retryable` tells whether the same request may succeed later. */
export class ApiError extends Error {
  readonly retryable: boolean
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail ?? problem.title)
    this.name = 'ApiError'
    this.problem = problem
    this.retryable = problem.status >= 500 || problem.status === 429
  }
}

/** The API could not be reached at all. */
export class NetworkError extends Error {
  readonly retryable = true
  constructor(cause: unknown) {
    super('the server could not be reached', { cause })
    this.name = 'NetworkError'
  }
}

/** Reads a refusal; also of servers that answer with something else than problem+json. */
export function readProblem(status: number, statusText: string, body: unknown): Problem {
  const object = isRecord(body) ? body : {}
  return {
    status,
    title: text(object.title) ?? text(object.message) ?? (statusText || `HTTP ${status}`),
    detail: text(object.detail),
    code: text(object.code) ?? typeName(text(object.type)),
    fields: readFields(object.errors),
    paths: readPaths(object.errors),
  }
}

/** `errors` is either an array of {field | path | pointer, message | detail} or an object message by field. */
function readFields(errors: unknown): Record<string, string> {
  const fields: Record<string, string> = {}
  if (Array.isArray(errors)) {
    for (const error of errors) {
      if (!isRecord(error)) continue
      const path = Array.isArray(error.path) ? error.path.join('.') : text(error.path)
      const name = text(error.field) ?? path ?? text(error.pointer)
      const message = text(error.message) ?? text(error.detail)
      if (name !== null && message !== null) fields[lastStep(name)] = message
    }
  } else if (isRecord(errors)) {
    for (const [name, message] of Object.entries(errors)) {
      const first = Array.isArray(message) ? text(message[0]) : text(message)
      if (first !== null) fields[lastStep(name)] = first
    }
  }
  return fields
}

function readPaths(errors: unknown): Record<string, string> {
  if (!Array.isArray(errors)) return {}
  return Object.fromEntries(
    errors.filter(isRecord).flatMap(({ path, message }) => {
      const [where, what] = [text(path), text(message)]
      return where === null || what === null ? [] : [[where, what]]
    }),
  )
}

const lastStep = (path: string): string => path.split(/[./#]/).filter(Boolean).at(-1) ?? path
const typeName = (type: string | null): string | null =>
  type === null || type === 'about:blank' ? null : lastStep(type)
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
