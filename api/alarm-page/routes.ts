/** /alarm/…: the owner answers the alarm text. Looking changes nothing (previews look too); the button does. */
import type { Context } from 'hono'
import { issuesOfAlarmText } from '../../db/queries/issue-alarm.ts'
import { acknowledgeIssues } from '../../db/queries/issues.ts'
import { readAlarmToken } from '../../domain/alarm-link.ts'
import type { ApiEnv } from '../context.ts'
import { pickLanguage } from '../customer-pages/page.ts'
import type { ApiDependencies } from '../dependencies.ts'
import type { ApiRouter } from '../routing.ts'
import { issueKindSchema } from '../schemas/tickets.ts'
import { type AlarmPageIssue, renderAlarmPage } from './page.ts'

/** Adds the page. */
export function addAlarmPage(router: ApiRouter, { settings, database, alarms }: ApiDependencies): void {
  const readIssues = async (c: Context<ApiEnv>) => {
    const issueId = readAlarmToken(c.req.param('token') ?? '', settings.secret)
    return issueId === null ? [] : issuesOfAlarmText(database, issueId)
  }

  const show = async (c: Context<ApiEnv>) => {
    const rows = await readIssues(c)
    const issues = rows.map(
      (row): AlarmPageIssue => ({
        orderNo: row.order_no,
        kind: issueKindSchema.parse(row.kind),
        state:
          row.resolved_at !== null ? 'resolved' : row.acknowledged_at !== null ? 'acknowledged' : 'waiting',
      }),
    )
    const language = pickLanguage(c.req.query('lang'), c.req.header('accept-language'))
    c.header('cache-control', 'no-store')
    const page = renderAlarmPage({ language, companyName: settings.company.name, issues })
    return c.html(page, issues.length === 0 ? 404 : 200)
  }

  router.declarePlain('signed_link', 'get', '/alarm/:token', show)
  router.declarePlain('signed_link', 'post', '/alarm/:token', async (c) => {
    const ids = (await readIssues(c)).map(({ id }) => id)
    const acknowledged = await acknowledgeIssues(database, ids, { actor: 'owner', via: 'text' })
    await alarms.acknowledged(acknowledged)
    return show(c)
  })
}
