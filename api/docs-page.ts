/** The API's documentation as one page without scripts: it works offline and under the strictest policy. */
import type { OpenAPIHono } from '@hono/zod-openapi'
import { type Html, html, trustedHtml } from './html.ts'
import { PROBLEMS } from './problems.ts'

export type ApiDocument = ReturnType<OpenAPIHono['getOpenAPI31Document']>
type PathItem = NonNullable<ApiDocument['paths']>[string]
type Operation = NonNullable<PathItem['get']>
type Schema = NonNullable<NonNullable<ApiDocument['components']>['schemas']>[string]

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const

const STYLE = `
:root{color-scheme:light dark;--line:#8884;--soft:#8881;--accent:#2f6f4f}
body{font:15px/1.5 system-ui,sans-serif;margin:0 auto;max-width:62rem;padding:2rem 1rem}
h1{margin:0}h2{margin:2.2rem 0 .6rem;border-bottom:1px solid var(--line)}
details{border:1px solid var(--line);border-radius:.5rem;margin:.4rem 0;padding:.3rem .8rem}
summary{cursor:pointer;padding:.25rem 0}code,pre{font:13px/1.45 ui-monospace,monospace}
pre{background:var(--soft);border-radius:.4rem;overflow:auto;padding:.7rem;white-space:pre-wrap}
.method{display:inline-block;min-width:4rem;font-weight:700;color:var(--accent);text-transform:uppercase}
.permission{float:right;border:1px solid var(--line);border-radius:1rem;font-size:12px;padding:0 .6rem}
table{border-collapse:collapse}td,th{border:1px solid var(--line);padding:.2rem .6rem;text-align:left;vertical-align:top}
`

/** The page at /api/docs. */
export function renderApiDocs(document: ApiDocument): string {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method]
      return operation === undefined ? [] : [{ path, method, operation }]
    }),
  )
  const tags = [...new Set(operations.map(({ operation }) => operation.tags?.[0] ?? 'Other'))]
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${document.info.title} API</title><style>${trustedHtml(STYLE)}</style></head><body>
<h1>${document.info.title} API ${document.info.version}</h1>
<p>${document.info.description ?? ''}</p><p><a href="/api/openapi.json">OpenAPI document</a></p>
${tags.map(
  (tag) =>
    html`<h2>${tag}</h2>${operations
      .filter(({ operation }) => (operation.tags?.[0] ?? 'Other') === tag)
      .map(({ path, method, operation }) => renderOperation(path, method, operation))}`,
)}
<h2>Problems</h2><table><tr><th>type</th><th>status</th><th>title</th></tr>
${Object.entries(PROBLEMS).map(
  ([name, { status, title }]) =>
    html`<tr id="${name}"><td><code>${name}</code></td><td>${status}</td><td>${title}</td></tr>`,
)}</table>
<h2>Schemas</h2>${Object.entries(document.components?.schemas ?? {}).map(
    ([name, schema]) =>
      html`<details id="schema-${name}"><summary><code>${name}</code></summary><pre>${print(schema)}</pre></details>`,
  )}
</body></html>`
  return page.text
}

function renderOperation(path: string, method: string, operation: Operation): Html {
  const parameters = (operation.parameters ?? []).flatMap((parameter) =>
    '$ref' in parameter ? [] : [parameter],
  )
  const body = operation.requestBody
  return html`<details><summary><span class="method">${method}</span> <code>${path}</code>
<span class="permission">${String(operation['x-permission'] ?? '')}</span><br>${operation.summary ?? ''}</summary>
${operation.description === undefined ? null : html`<p>${operation.description}</p>`}
${
  parameters.length === 0
    ? null
    : html`<h4>Parameters</h4><table>${parameters.map(
        (parameter) =>
          html`<tr><td><code>${parameter.name}</code></td><td>${parameter.in}</td><td>${parameter.required ? 'required' : ''}</td><td>${parameter.description ?? ''} <code>${parameter.schema === undefined ? '' : JSON.stringify(parameter.schema)}</code></td></tr>`,
      )}</table>`
}
${body === undefined || '$ref' in body ? null : html`<h4>Body</h4>${renderContent(body.content)}`}
<h4>Answers</h4>${Object.entries(operation.responses ?? {}).map(([status, response]) =>
    'description' in response
      ? html`<p><b>${status}</b> ${response.description ?? ''}</p>${renderContent(response.content ?? {})}`
      : html``,
  )}</details>`
}

function renderContent(content: Readonly<Record<string, { schema?: Schema | undefined }>>): Html {
  return html`${Object.entries(content).map(([type, { schema }]) =>
    schema === undefined ? html`<p><code>${type}</code></p>` : renderSchema(type, schema),
  )}`
}

function renderSchema(type: string, schema: Schema): Html {
  const name = '$ref' in schema && schema.$ref ? schema.$ref.split('/').at(-1) : undefined
  if (name !== undefined) return html`<p><code>${type}</code> <a href="#schema-${name}">${name}</a></p>`
  return html`<p><code>${type}</code></p><pre>${print(schema)}</pre>`
}

const print = (schema: Schema): string => JSON.stringify(schema, null, 2)
