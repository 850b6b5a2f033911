import { useTranslation } from 'react-i18next'
import type { SettlementView } from '../../api/types.ts'
import { Section, SectionEmpty } from '../../components/section.tsx'
import { formatWon } from '../../format/text.ts'
import { openText } from '../../i18n/open-text.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import { EarningsChart } from './earnings-chart.tsx'
import classes from './settlement-page.module.css'

type Totals = SettlementView['total']
const COLUMNS = ['orders', 'revenue', 'refunds', 'cost', 'fees', 'margin'] as const

/** Sums, a chart, and the same as tables: by period and by vendor. */
export function Figures({ view }: { readonly view: SettlementView }) {
  const { t } = useTranslation()
  // A period in which nothing moved is a gap in the chart; a table of empty rows says nothing.
  const moved = view.rows.filter((row) => COLUMNS.some((column) => row[column] !== 0))
  return (
    <>
      <Summary total={view.total} />
      {moved.length === 0 ? (
        <Section title={t('settlement.table')}>
          <SectionEmpty>{t('settlement.empty')}</SectionEmpty>
        </Section>
      ) : (
        <>
          <Section title={t('settlement.chart')}>
            <EarningsChart rows={view.rows} />
          </Section>
          <Section title={t('settlement.table')}>
            <FiguresTable
              heading={t(`settlement.period.${view.period}`)}
              rows={moved.toReversed().map((row) => ({ name: row.from, totals: row }))}
              total={view.total}
            />
          </Section>
          <Section title={t('settlement.vendors')}>
            <FiguresTable
              heading={t('settlement.vendor')}
              rows={view.vendors.map((row) => ({
                name: row.vendor === null ? t('settlement.no_vendor') : openText('ticket.vendor', row.vendor),
                totals: row,
              }))}
            />
          </Section>
        </>
      )}
    </>
  )
}

function Summary({ total }: { readonly total: Totals }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const share = total.revenue === 0 ? 0 : Math.round((total.margin / total.revenue) * 100)
  const notes: Partial<Record<(typeof COLUMNS)[number], string>> = {
    revenue: t('settlement.orders_count', { count: total.orders }),
    margin: t('settlement.margin_share', { share }),
  }
  return (
    <dl className={classes.summary}>
      {COLUMNS.filter((column) => column !== 'orders').map((column) => (
        <div key={column} className={classes.card} data-main={column === 'margin' || undefined}>
          <dt>{t(`settlement.${column}`)}</dt>
          <dd>
            {formatWon(total[column], language)}
            {notes[column] === undefined ? null : <span className={classes.note}>{notes[column]}</span>}
          </dd>
        </div>
      ))}
    </dl>
  )
}

interface FiguresTableProps {
  readonly heading: string
  readonly rows: readonly { readonly name: string; readonly totals: Totals }[]
  readonly total?: Totals
}

function FiguresTable({ heading, rows, total }: FiguresTableProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const cells = (totals: Totals) =>
    COLUMNS.map((column) => (
      <td key={column} data-label={t(`settlement.${column}`)} data-zero={totals[column] === 0 || undefined}>
        {column === 'orders' ? totals.orders : formatWon(totals[column], language)}
      </td>
    ))
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">{heading}</th>
          {COLUMNS.map((column) => (
            <th key={column} scope="col">
              {t(`settlement.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, totals }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {cells(totals)}
          </tr>
        ))}
      </tbody>
      {total === undefined ? null : (
        <tfoot>
          <tr>
            <th scope="row">{t('settlement.total')}</th>
            {cells(total)}
          </tr>
        </tfoot>
      )}
    </table>
  )
}
