import { notifications } from '@mantine/notifications'
import type { TFunction } from 'i18next'
import { problemText } from './problem-text.ts'

/** Tells that something was done. */
export const showDone = (title: string, message: string | null = null): void => {
  notifications.show({ title, message, color: 'pine', withBorder: true })
}

/** Tells that something was refused or failed, and why. @param title what was tried. */
export const showProblem = (error: unknown, title: string, t: TFunction): void => {
  const problem = problemText(error, t)
  notifications.show({
    title,
    message: problem.detail ?? problem.title,
    color: 'clay',
    withBorder: true,
    autoClose: 10_000,
    role: 'alert',
  })
}
