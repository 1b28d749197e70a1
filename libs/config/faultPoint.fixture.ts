/** Run by faultPoint.test.ts in a process of its own: passes one point three times, on the thread that the argument names. */
import { writeSync } from 'node:fs'
import { Worker, isMainThread } from 'node:worker_threads'
import { faultPoint } from './faultPoint.ts'

if (isMainThread && process.argv[2] === 'worker') {
  new Worker(new URL(import.meta.url))
} else {
  for (const pass of [1, 2, 3]) {
    faultPoint('append.before-commit')
    writeSync(1, `${pass}\n`)
  }
}
