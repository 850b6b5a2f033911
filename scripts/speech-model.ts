/** `npm run speech-model`: fetches the model of speech and says where it is, for SPEECH_MODEL_FILE. */
import { SetupError } from './setup/command.ts'
import { consoleProgress } from './setup/progress.ts'
import { ensureSpeechModel } from './setup/speech-model.ts'

ensureSpeechModel(consoleProgress((text) => process.stderr.write(text))).then(
  (file) => process.stdout.write(`SPEECH_MODEL_FILE=${file}\n`),
  (error: unknown) => {
    process.stderr.write(`${error instanceof SetupError ? error.message : String(error)}\n`)
    process.exitCode = 1
  },
)
