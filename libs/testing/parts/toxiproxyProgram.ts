import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { ChildProcess } from '../childProcess.ts'
import { hasTool } from '../outsideTool.ts'
import { repositoryRoot } from '../repositoryRoot.ts'

const NAME = 'toxiproxy-server'
/** Its program is called `server`. */
const MODULE = 'github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0'
/** The first time Go fetches and compiles it: about a minute. */
const INSTALL_LIMIT_MS = 600_000

/** Whether a test that needs Toxiproxy can run here; in CI always, so that what is missing is a failure there. */
export function hasToxiproxy(): boolean {
  return installed() !== undefined || hasTool('go', 'version')
}

/** From the PATH, else `.tools/bin/toxiproxy-server`, else made by Go once. Two that make it at once do not disturb each other: the last one's is kept. */
export async function toxiproxyProgram(): Promise<string> {
  return installed() ?? install()
}

function installed(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean), toolsFolder()]
  return folders.map((folder) => join(folder, NAME)).find((path) => existsSync(path))
}

function toolsFolder(): string {
  return join(repositoryRoot(), '.tools/bin')
}

async function install(): Promise<string> {
  if (spawnSync('go', ['version'], { stdio: 'ignore' }).status !== 0) throw new Error(`Toxiproxy is not installed and there is no Go to make it: install Go 1.24 or newer (https://go.dev/dl), or put ${NAME} on the PATH`)
  mkdirSync(toolsFolder(), { recursive: true })
  const own = mkdtempSync(join(toolsFolder(), 'making-'))
  try {
    const child = await ChildProcess.start({ command: ['go', 'install', MODULE], cwd: own, env: { ...process.env, GOBIN: own } })
    const timer = setTimeout(() => void child.kill('SIGTERM', 5_000), INSTALL_LIMIT_MS)
    const { code } = await child.exited
    clearTimeout(timer)
    if (code !== 0) throw new Error(`Go could not make Toxiproxy. It wrote:\n${child.output.text.slice(-2_000)}`)
    renameSync(join(own, 'server'), join(toolsFolder(), NAME))
    return join(toolsFolder(), NAME)
  } finally {
    rmSync(own, { recursive: true, force: true })
  }
}
