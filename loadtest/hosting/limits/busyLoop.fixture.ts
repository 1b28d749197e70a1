import { ChildProcess } from '@brume/testing'

/** A process that does nothing but use a CPU, until it is killed. */
export function busyLoop(wrapper: readonly string[] = []): Promise<ChildProcess> {
  return node(wrapper, 'for (;;) {}')
}

/** The same, with another one below it. */
export function busyTree(wrapper: readonly string[] = []): Promise<ChildProcess> {
  return node(wrapper, `require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => process.ppid === 1 && process.exit(), 20); console.log("up")'], { stdio: 'inherit' }); setInterval(() => {}, 1_000)`)
}

/** Takes a MiB after another, far over any limit of a test. */
export function hungry(wrapper: readonly string[]): Promise<ChildProcess> {
  return node(wrapper, 'const kept = []; for (let i = 0; i < 1024; i++) kept.push(Buffer.alloc(1024 * 1024, 1)); console.log(kept.length)')
}

function node(wrapper: readonly string[], script: string): Promise<ChildProcess> {
  const [program = process.execPath, ...args] = [...wrapper, process.execPath, '-e', script]
  return ChildProcess.start({ command: [program, ...args], cwd: '.', env: process.env })
}
