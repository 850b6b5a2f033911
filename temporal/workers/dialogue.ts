/** The dialogue worker: takes turns on calls, from the shared queue and from one of its own. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from '@temporalio/worker'
import type { Logger } from 'pino'
import { createDialogueModel } from '../../activities/claude/dialogue-model.ts'
import { createDialogueActivities } from '../../activities/dialogue/activities.ts'
import { createChatTurnActivities } from '../../activities/dialogue/chat-activities.ts'
import { LegSessions } from '../../activities/dialogue/leg-sessions.ts'
import { apology } from '../../activities/dialogue/phrases.ts'
import { openAttachmentStore } from '../../activities/file-store.ts'
import { createSpeech } from '../../activities/speech/azure-speech.ts'
import { SPEECH_LANGUAGES } from '../../activities/speech/languages.ts'
import type { SpeechLanguage, SpeechVoice } from '../../activities/speech/ports.ts'
import { type RunningProcess, runProcess } from '../../config/process.ts'
import type { Settings } from '../../config/settings.ts'
import { TALK_LANGUAGES } from '../../domain/talk-language.ts'
import { WAITING_WORDS, waitingSound } from '../../domain/waiting-words.ts'
import { connectWorkerConnection, dataConverter } from '../connection.ts'
import { logTemporalTo } from '../runtime-logger.ts'
import { dialogueWorkerQueue, TASK_QUEUES } from '../task-queues.ts'

/** Calls this process serves at once; each turn is mostly waiting. */
const MAX_TURNS = 200
/** Heartbeats carry how far a turn has come: not older than this. */
const HEARTBEAT_THROTTLE_MS = 500
/** Answers under way are finished; what takes longer is taken up by another worker. */
const SHUTDOWN_GRACE_MS = 8_000
const SHUTDOWN_FORCE_MS = 12_000
const RECORDING_ATTEMPTS = 5

/** Serves turns until `stop`. */
export async function startDialogueWorker(settings: Settings, logger: Logger): Promise<RunningProcess> {
  const workerQueue = dialogueWorkerQueue(randomBytes(4).toString('hex'))
  const { recognizer, voice } = createSpeech(settings, logger)
  const sessions = new LegSessions()
  const model = createDialogueModel(settings, logger)
  const leaving = new AbortController()
  const activities = {
    ...createDialogueActivities({
      sessions,
      voice,
      recognizer,
      model,
      secret: settings.secret,
      workerQueue,
      leaving: leaving.signal,
      logger,
    }),
    ...createChatTurnActivities({ model, files: openAttachmentStore(settings) }),
  }
  const connection = await connectWorkerConnection(settings)
  const workers = await Promise.all(
    [TASK_QUEUES.dialogue, workerQueue].map((taskQueue) =>
      Worker.create({
        connection,
        namespace: settings.temporal.namespace,
        taskQueue,
        activities: { ...activities },
        dataConverter: dataConverter(settings),
        maxConcurrentActivityTaskExecutions: MAX_TURNS,
        maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE_MS,
        defaultHeartbeatThrottleInterval: HEARTBEAT_THROTTLE_MS,
        shutdownGraceTime: SHUTDOWN_GRACE_MS,
        shutdownForceTime: SHUTDOWN_FORCE_MS,
      }),
    ),
  )
  const running = Promise.all(workers.map((worker) => worker.run()))
  running.catch((error: unknown) => {
    logger.fatal({ err: error }, 'worker failed')
    process.exit(1)
  })
  void keepAnnouncements(settings, voice, logger)
  return {
    details: { workerQueue },
    stop: async () => {
      // In this order: who gives its turns up before it has stopped asking for turns gets them back.
      for (const worker of workers) worker.shutdown()
      leaving.abort()
      await running
      sessions.close()
      voice.close()
      await connection.close()
    },
  }
}

/**
 * What a gateway says by itself, when a call can't be served or somebody has to wait: it must be there before anything
 * fails. The sounds for who waits are recorded once.
 */
async function keepAnnouncements(settings: Settings, voice: SpeechVoice, logger: Logger): Promise<void> {
  const folder = join(settings.dataDir, 'announcements')
  const record = async (file: string, text: string, language: SpeechLanguage) => {
    const chunks: Uint8Array[] = []
    const input = { text, codec: 'PCMU', language } as const
    for await (const chunk of voice.speak(input, AbortSignal.timeout(30_000))) chunks.push(chunk)
    await mkdir(folder, { recursive: true })
    const part = join(folder, `${file}.${process.pid}`)
    await writeFile(part, Buffer.concat(chunks))
    await rename(part, join(folder, file))
  }
  for (let attempt = 1; attempt <= RECORDING_ATTEMPTS; attempt++) {
    try {
      await record('apology-ko.mulaw', apology(settings.company.name), 'ko-KR')
      for (const language of TALK_LANGUAGES)
        for (const [index, text] of WAITING_WORDS[language].entries()) {
          const file = waitingSound(language, index)
          if (!existsSync(join(folder, file))) await record(file, text, SPEECH_LANGUAGES[language])
        }
      return
    } catch (error) {
      logger.warn({ err: error, attempt }, 'an announcement could not be recorded')
      await new Promise((resolve) => setTimeout(resolve, 2_000 * attempt).unref())
    }
  }
}

if (import.meta.main) {
  await runProcess('dialogue', (settings, logger) => {
    logTemporalTo(logger)
    return startDialogueWorker(settings, logger)
  })
}
