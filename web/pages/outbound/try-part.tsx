import { Button, TextInput } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import { IconPhoneCalling } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { askForCall } from '../../api/outbound.ts'
import { showDone } from '../../components/notices.ts'
import { Part } from './form-parts.tsx'
import type { OutboundForm } from './form-type.ts'
import classes from './new-outbound-page.module.css'
import { isCallable, toTry } from './outbound-form.ts'
import { Refusal } from './refusal.tsx'

/** The same call to one's own phone; the form stays as it is. The number is remembered on this computer. */
export function TryPart({ form }: { readonly form: OutboundForm }) {
  const { t } = useTranslation()
  const [mine, setMine] = useLocalStorage({ key: 'daeri-outbound-test-number', defaultValue: '' })
  const trying = useMutation({
    mutationFn: (myNumber: string) => askForCall(toTry(form.getValues(), myNumber)),
    onSuccess: () => showDone(t('outbound.form.test_done')),
  })
  const isWrong = mine !== '' && !isCallable(mine)
  const start = () => {
    const { errors } = form.validate()
    // Whom it is for in the end need not be known yet.
    const { callee, ...others } = errors
    if (callee !== undefined && form.values.callee === '') form.clearFieldError('callee')
    const wrong = Object.keys(others)[0]
    if (wrong === undefined) trying.mutate(mine)
    else form.getInputNode(wrong)?.focus()
  }
  return (
    <Part title={t('outbound.form.test')}>
      <p className={classes.hint}>{t('outbound.form.test_text')}</p>
      <div className={classes.try}>
        <TextInput
          type="tel"
          inputMode="tel"
          autoComplete="tel"
          aria-label={t('outbound.form.test_number')}
          placeholder={t('outbound.form.test_number')}
          value={mine}
          onChange={({ currentTarget }) => setMine(currentTarget.value)}
          error={isWrong ? t('outbound.error.callee') : undefined}
        />
        <Button
          variant="default"
          leftSection={<IconPhoneCalling size={16} stroke={1.8} aria-hidden />}
          disabled={!isCallable(mine)}
          loading={trying.isPending}
          onClick={start}
        >
          {t('outbound.form.test_submit')}
        </Button>
        {trying.data === undefined ? null : (
          <Link
            to="/outbound/$outboundId"
            params={{ outboundId: trying.data.outbound_id }}
            className={classes.link}
            target="_blank"
          >
            {t('outbound.form.test_open')}
          </Link>
        )}
      </div>
      {trying.error === null ? null : <Refusal error={trying.error} />}
    </Part>
  )
}
