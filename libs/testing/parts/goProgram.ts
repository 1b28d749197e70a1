import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { basename, delimiter, join } from 'node:path'
import { ChildProcess } from '../childProcess.ts'
import { hasTool } from '../outsideTool.ts'
import { repositoryRoot } from '../repositoryRoot.ts'

/** A program that is written in Go: its authors publish sources, and `go install` makes it of an exact version. */
export interface GoProgram {
  /** As people call it, for messages. */
  readonly title: string
  /** Its file on the PATH and in `.tools/bin`. */
  readonly name: string
  /** Package path without its version; Go names the file after its last part. */
  readonly module: string
  /** Such as `v2.12.0`. */
  readonly version: string
}

/** The first time Go fetches and compiles it: one to three minutes. */
const INSTALL_LIMIT_MS = 600_000

/** Whether a test that needs it can run here; in CI always, so that what is missing is a failure there. */
export function hasGoProgram(wanted: GoProgram): boolean {
  return installedGoProgram(wanted) !== undefined || hasTool('go', 'version')
}

/** From the PATH, else from `.tools/bin`, else made by Go once. Two that make it at once do not disturb each other: the last one's is kept. */
export async function goProgram(wanted: GoProgram): Promise<string> {
  return installedGoProgram(wanted) ?? install(wanted)
}

/** Where it is, without making it. */
export function installedGoProgram({ name }: GoProgram): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean), toolsFolder()]
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
}

/** For people. */
export function howToGet({ title, name, module, version }: GoProgram): string {
  return `put ${name} of ${title} ${version} on the PATH, or install Go 1.24 or newer (https://go.dev/dl), which makes it by itself (go install ${module}@${version})`
}

function toolsFolder(): string {
  return join(repositoryRoot(), '.tools/bin')
}

async function install(wanted: GoProgram): Promise<string> {
  const { title, name, module, version } = wanted
  if (spawnSync('go', ['version'], { stdio: 'ignore' }).status !== 0) throw new Error(`${title} is not installed and there is no Go to make it: ${howToGet(wanted)}`)
  mkdirSync(toolsFolder(), { recursive: true })
  const own = mkdtempSync(join(toolsFolder(), 'making-'))
  try {
    const child = await ChildProcess.start({ command: ['go', 'install', `${module}@${version}`], cwd: own, env: { ...process.env, GOBIN: own } })
    const timer = setTimeout(() => void child.kill('SIGTERM', 5_000), INSTALL_LIMIT_MS)
    const { code } = await child.exited
    clearTimeout(timer)
    if (code !== 0) throw new Error(`Go could not make ${title}. It wrote:\n${child.output.text.slice(-2_000)}`)
    renameSync(join(own, basename(module)), join(toolsFolder(), name))
    return join(toolsFolder(), name)
  } finally {
    rmSync(own, { recursive: true, force: true })
  }
}
