/** The model of speech that the gateway asks about who breaks in: from the npm package that carries it, cached per user. */
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder, run, SetupError } from './command.ts'
import type { Progress } from './progress.ts'

/** Fetched alone: installed as a dependency it would bring a runtime of 100 MB for browsers. */
const PACKAGE = '@ricky0123/vad-web@0.0.31'
/** Silero VAD, version 6 (MIT licence). */
const FILE = 'package/dist/silero_vad_v6.onnx'
const SHA256 = '1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3'

const target = () => join(cacheFolder(), 'silero-vad-6.onnx')

/** Where it is once it was fetched; undefined before. */
export function fetchedSpeechModel(): string | undefined {
  return existsSync(target()) ? target() : undefined
}

/** @returns path of the model. @throws SetupError when the registry can't be reached or sends something else. */
export async function ensureSpeechModel(progress: Progress): Promise<string> {
  return fetchedSpeechModel() ?? progress.step('Model of speech: from its npm package, once', fetchIt)
}

async function fetchIt(): Promise<string> {
  const folder = mkdtempSync(join(cacheFolder(), 'speech-model-'))
  try {
    await run('npm', ['pack', '--silent', '--pack-destination', folder, PACKAGE], { cwd: folder })
    await run('sh', ['-c', `tar -xzf *.tgz ${FILE}`], { cwd: folder })
    const fetched = join(folder, FILE)
    const hash = createHash('sha256').update(readFileSync(fetched)).digest('hex')
    if (hash !== SHA256) throw new SetupError(`${PACKAGE} holds another model than the one we know (${hash})`)
    renameSync(fetched, target())
    return target()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
