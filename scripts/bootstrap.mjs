// First step of every npm script, on whatever Node >= 20 is there: installs the dependencies when they are
// missing or outdated (Node 24 itself comes as the npm package `node`), then runs the script on Node 24.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [script, ...args] = process.argv.slice(2)
if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`Node ${process.versions.node} is too old: Daeri needs Node 20 or newer to set itself up.`)
  process.exit(1)
}

installDependencies()
const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
const path = `${join(root, 'node_modules', '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`
const child = spawn(node, [join(root, script), ...args], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: path },
})
// The terminal sends Ctrl-C to the child as well: it ends first and tells us how.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => signal !== 'SIGINT' && child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 130))
child.on('error', (error) => {
  console.error(`Node 24 could not be started: ${error.message}`)
  process.exit(1)
})

function installDependencies() {
  // A linked folder belongs to another checkout: `npm ci` would empty it there.
  if (lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) return
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  const marker = join(root, 'node_modules', '.daeri-installed')
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return
  console.log('Installing dependencies, once (about a minute) …')
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel', 'error'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (result.status !== 0) {
    console.error(
      '`npm ci` failed: see above. It needs an npm registry; run the same command again once it is reachable.',
    )
    process.exit(result.status ?? 1)
  }
  writeFileSync(marker, wanted)
}
