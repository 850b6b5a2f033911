import { useTranslation } from 'react-i18next'
import type { CallDetail } from '../../api/types.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import { Section } from '../section.tsx'
import classes from './call-cost.module.css'

type Usage = NonNullable<CallDetail['usage']>

/** What the call took of models, recognition and voice, and what that cost. */
export function CallCost({ usage }: { readonly usage: Usage }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const number = new Intl.NumberFormat(language)
  const won = (amount: number) =>
    t('call.cost.won', {
      amount: new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(amount),
    })
  const tokens = (count: number) => t('call.cost.tokens', { tokens: number.format(count) })
  return (
    <Section title={t('call.cost.title')}>
      <p className={classes.total}>{won(usage.cost)}</p>
      <table className={classes.parts}>
        <caption className={classes.caption}>{t('call.cost.parts')}</caption>
        <tbody>
          {usage.models.map((model) => (
            <tr key={model.model}>
              <th scope="row">{model.model}</th>
              <td>
                {t('call.cost.model', {
                  input: tokens(model.input_tokens + model.cache_read_tokens + model.cache_write_tokens),
                  output: tokens(model.output_tokens),
                })}
                <span className={classes.note}>
                  {t('call.cost.cached', {
                    read: tokens(model.cache_read_tokens),
                    written: tokens(model.cache_write_tokens),
                  })}
                </span>
              </td>
              <td className={classes.amount}>{won(model.cost)}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">{t('call.cost.speech')}</th>
            <td>
              {t('call.cost.heard_and_said', {
                seconds: number.format(usage.recognition_seconds),
                characters: number.format(usage.characters),
              })}
            </td>
            <td className={classes.amount}>{won(usage.speech_cost)}</td>
          </tr>
        </tbody>
      </table>
    </Section>
  )
}
