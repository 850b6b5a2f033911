/** The page behind the owner's alarm text: what waits, and one button. No scripts, no personal data. */
import type { Language } from '../../domain/money.ts'
import type { IssueKind } from '../../domain/ticket-states.ts'
import { type Html, html, trustedHtml } from '../html.ts'
import { ALARM_PAGE_TEXTS } from './texts.ts'

export interface AlarmPageIssue {
  readonly orderNo: string
  readonly kind: IssueKind
  readonly state: 'waiting' | 'acknowledged' | 'resolved'
}

export interface AlarmPageInput {
  readonly language: Language
  readonly companyName: string
  readonly issues: readonly AlarmPageIssue[]
}

const STYLE = `
:root{color-scheme:light dark;--ink:#17211c;--soft:#5c6860;--line:#dfe2da;--back:#f4f5f1;--card:#fff;--issue:#a02f1a;--done:#1b6147;--accent:#1d5540}
@media(prefers-color-scheme:dark){:root{--ink:#e7ede9;--soft:#92a098;--line:#28312c;--back:#0f1412;--card:#171d1a;--issue:#f49c88;--done:#7fcda6;--accent:#2b7a5b}}
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.2rem;background:var(--back);color:var(--ink);font:16px/1.6 "Apple SD Gothic Neo","Noto Sans KR","Malgun Gothic",system-ui,sans-serif;word-break:keep-all}
main{width:100%;max-width:26rem;background:var(--card);border:1px solid var(--line);border-radius:1.1rem;padding:1.6rem 1.4rem}
.company,.note{color:var(--soft);font-size:.9rem;margin:0}h1{font-size:1.3rem;line-height:1.35;margin:.3rem 0 1rem}
ul{list-style:none;margin:0;padding:0}li{display:flex;justify-content:space-between;gap:1rem;padding:.7rem 0;border-top:1px solid var(--line)}
.order{display:block;color:var(--soft);font-size:.9rem;font-variant-numeric:tabular-nums}.state{white-space:nowrap;font-size:.9rem}
[data-state=waiting] .state{color:var(--issue);font-weight:600}[data-state=acknowledged] .state,[data-state=resolved] .state{color:var(--done)}
button,.open{display:block;width:100%;margin-top:1rem;padding:.9rem;border:0;border-radius:.7rem;font:inherit;font-weight:600;text-align:center;text-decoration:none;cursor:pointer}
button{background:var(--accent);color:#fff}.open{border:1px solid var(--line);color:inherit}.note{margin-top:1rem}
:focus-visible{outline:3px solid var(--done);outline-offset:2px}
`

/** The whole page; without Issues it says that the link is none of ours. */
export function renderAlarmPage({ language, companyName, issues }: AlarmPageInput): string {
  const text = ALARM_PAGE_TEXTS[language]
  const waiting = issues.filter(({ state }) => state === 'waiting').length
  const title = issues.length === 0 ? text.unknown : text.title(waiting)
  return html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex"><title>${title} · ${companyName}</title>
<style>${trustedHtml(STYLE)}</style></head>
<body><main><p class="company">${companyName}</p><h1>${title}</h1>
<ul>${issues.map((issue) => issueRow(issue, language))}</ul>
${waiting > 0 ? html`<form method="post"><button>${text.acknowledge}</button></form>` : null}
${issues.length > 0 && waiting === 0 ? html`<p class="note">${text.done}</p>` : null}
${issues.length > 0 ? html`<a class="open" href="/issues">${text.open}</a>` : null}
</main></body></html>`.text
}

function issueRow({ orderNo, kind, state }: AlarmPageIssue, language: Language): Html {
  const text = ALARM_PAGE_TEXTS[language]
  return html`<li data-state="${state}"><span>${text.kinds[kind]}<span class="order">${orderNo}</span></span>
<span class="state">${text[state]}</span></li>`
}
