import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const FOLDER = fileURLToPath(new URL('../../workflows', import.meta.url))

/** An activity's code in a workflow would run on every replay. */
it.each(readdirSync(FOLDER).filter((file) => file.endsWith('.ts')))(
  '%s imports only types of activities',
  (file) => {
    const imports =
      readFileSync(`${FOLDER}/${file}`, 'utf8').match(/^(?:import|export)[\s\S]*?from '[^']+'/gm) ?? []
    const ofActivities = imports.filter((line) => line.includes("from '../activities/"))
    for (const line of ofActivities) expect(line).toMatch(/^(?:import|export) type /)
  },
)
