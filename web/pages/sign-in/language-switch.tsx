import { SegmentedControl } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { isLanguage, setLanguage } from '../../i18n/index.ts'
import { useLanguage } from '../../i18n/use-language.ts'

export function LanguageSwitch() {
  const { t } = useTranslation()
  const language = useLanguage()
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('user.language')}
      value={language}
      data={[
        { value: 'ko', label: t('user.ko') },
        { value: 'en', label: t('user.en') },
      ]}
      onChange={(value) => {
        if (isLanguage(value)) void setLanguage(value)
      }}
    />
  )
}
