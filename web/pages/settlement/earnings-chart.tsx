import '@mantine/charts/styles.layer.css'
import { BarChart } from '@mantine/charts'
import { useTranslation } from 'react-i18next'
import type { SettlementView } from '../../api/types.ts'
import { formatWon } from '../../format/text.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import classes from './settlement-page.module.css'

/** Revenue and margin beside each other. The table below says the same in figures, so this is a picture only. */
export function EarningsChart({ rows }: { readonly rows: SettlementView['rows'] }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const data = rows.map((row) => ({
    from: row.from.slice(5).replace('-', '/'),
    [t('settlement.revenue')]: row.revenue,
    [t('settlement.margin')]: row.margin,
  }))
  /** The axis has no room for more. */
  const short = (won: number): string =>
    won.toLocaleString(language === 'ko' ? 'ko-KR' : 'en-US', { notation: 'compact' })
  return (
    <div className={classes.chart} aria-hidden>
      <BarChart
        h={260}
        data={data}
        dataKey="from"
        withLegend
        legendProps={{ verticalAlign: 'top', height: 34 }}
        gridAxis="x"
        tickLine="none"
        valueFormatter={(won) => formatWon(won, language)}
        yAxisProps={{ tickFormatter: short, width: 52 }}
        xAxisProps={{ minTickGap: 24 }}
        barProps={{ radius: 3, maxBarSize: 26, isAnimationActive: false }}
        barChartProps={{ accessibilityLayer: false }}
        series={[
          { name: t('settlement.revenue'), color: 'var(--d-todo)' },
          { name: t('settlement.margin'), color: 'var(--d-progress)' },
        ]}
      />
    </div>
  )
}
