import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import classes from './line-errors.module.css'
import { showProblem } from './notices.ts'
import { saveAs } from './save-as.ts'

interface LineErrorsProps {
  readonly title: string
  /** Line, problem, detail. */
  readonly columns: readonly [string, string, string]
  readonly errors: readonly { readonly line: number; readonly problem: string; readonly detail: string }[]
  /** That there are more than are shown; null: there are not. */
  readonly hidden: string | null
  /** All of them as a file to mend. */
  readonly file: {
    readonly label: string
    /** Of the file that was read. */
    readonly name: string
    readonly fetch: () => Promise<Blob>
  }
}

/** Which lines of a CSV can't be taken and why. */
export function LineErrors({ title, columns, errors, hidden, file }: LineErrorsProps) {
  const { t } = useTranslation()
  const fetching = useMutation({
    mutationFn: file.fetch,
    onSuccess: (blob) => saveAs(blob, `${file.name.replace(/\.\w+$/, '')}-errors.csv`),
    onError: (error) => showProblem(error, file.label, t),
  })
  return (
    <div>
      <div className={classes.headingRow}>
        <h3 className={classes.heading}>{title}</h3>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconDownload size={15} stroke={1.8} aria-hidden />}
          loading={fetching.isPending}
          onClick={() => fetching.mutate()}
        >
          {file.label}
        </Button>
      </div>
      <section
        className={classes.scroll}
        aria-label={title}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
        tabIndex={0}
      >
        <table className={classes.table}>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {errors.map(({ line, problem, detail }) => (
              <tr key={line}>
                <td className={classes.figure}>{line}</td>
                <td>{problem}</td>
                <td className={classes.detail}>{detail}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {hidden === null ? null : <p className={classes.hint}>{hidden}</p>}
    </div>
  )
}
