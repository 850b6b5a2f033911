import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const FIXTURE = fileURLToPath(new URL('./fixtures/standing-still.ts', import.meta.url))

it('a process whose thread stands still is ended, and says why', async () => {
  const child = fork(FIXTURE, { stdio: 'pipe' })
  let told = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    told += chunk.toString()
  })
  const closed = once(child, 'close')
  await once(child, 'message')
  child.send('stand still')
  expect(await closed).toEqual([null, 'SIGKILL'])
  expect(JSON.parse(told)).toMatchObject({ level: 60, msg: 'stood still, ended by its watchdog' })
})
