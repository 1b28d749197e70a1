import { runBrume } from './program.ts'

// Set, not called: output to a pipe is still on its way.
process.exitCode = await runBrume(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  live: (text) => void (process.stderr.isTTY && process.stderr.write(`\r${text}\u001b[K\r`)),
}).catch((error: unknown) => {
  console.error(error)
  return 2
})
