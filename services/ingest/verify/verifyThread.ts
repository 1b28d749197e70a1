import { Worker } from 'node:worker_threads'

export interface VerifyThreadEvents {
  /** The packs of the last `send`, answered. */
  readonly onAnswer: (packs: ArrayBuffer[]) => void
  /** The thread has ended and answers nothing more. */
  readonly onEnd: (reason: Error) => void
}

/** One worker. It is never used again once it has failed. */
export class VerifyThread {
  readonly worker: Worker
  private failure: Error | undefined

  constructor({ onAnswer, onEnd }: VerifyThreadEvents) {
    this.worker = startWorker()
    this.worker.on('message', onAnswer)
    this.worker.on('error', (error) => (this.failure = error))
    this.worker.once('exit', (code) => onEnd(this.failure ?? new Error(`a verify thread has ended with code ${code}`)))
  }

  send(packs: ArrayBuffer[]): void {
    this.worker.postMessage(packs, packs)
  }

  async stop(): Promise<void> {
    await this.worker.terminate()
  }
}

/** From sources (tests) the worker is TypeScript, whose types Node strips; from dist/ it is JavaScript. */
function startWorker(): Worker {
  const fromSource = import.meta.url.endsWith('.ts')
  const file = new URL(fromSource ? './verifyWorker.ts' : './verifyWorker.js', import.meta.url)
  return new Worker(file, { name: 'ingest-verify', execArgv: [] })
}
