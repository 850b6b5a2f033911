/** Serves the built app with the fake API, to look at it by hand: `node test/web/fake-api/main.ts [port]`. */
import { fileURLToPath } from 'node:url'
import { startFakeApi } from './server.ts'
import { PASSWORD } from './world.ts'

const webRoot = fileURLToPath(new URL('../../../dist/web', import.meta.url))
const fake = await startFakeApi(webRoot, Number(process.argv[2] ?? 0))
process.stdout.write(`${fake.url}  owner@example.com  ${PASSWORD}\n`)
