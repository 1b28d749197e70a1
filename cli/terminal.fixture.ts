import { runBrume } from './program.ts'

/** Runs the program as a person would, without a process of its own. */
export async function brume(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' }
  const code = await runBrume(argv, { out: (text) => (said.out += text), err: (text) => (said.err += text), live: () => {} })
  return { code, ...said }
}
