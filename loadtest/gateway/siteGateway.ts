import { ChildProcess, ProcessPart, untilReady } from '@brume/testing'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface SiteGatewayOptions {
  /** The cloud's edge, or a link to it. */
  readonly upstream: string
  /** Default 0: any free one of the loopback address. */
  readonly port?: number
}

const READY_LIMIT_MS = 20_000

/** The site gateway as a process of its own, as it would be on a box at the site. */
export class SiteGateway extends ProcessPart {
  readonly url: string

  private constructor(process: ChildProcess, url: string) {
    super(process)
    this.url = url
  }

  /** Returns once devices can come in, whether the cloud is there or not. */
  static async start({ upstream, port = 0 }: SiteGatewayOptions): Promise<SiteGateway> {
    const command = [process.execPath, mainFile(), '--listen', `127.0.0.1:${port}`, '--upstream', upstream] as const
    const child = await ChildProcess.start({ command, cwd: process.cwd(), env: process.env })
    await untilReady('the site gateway', child, () => readyUrl(child) !== undefined, READY_LIMIT_MS)
    return new SiteGateway(child, readyUrl(child) ?? '')
  }
}

/** Beside this file: the source when that runs, whose types Node strips, else what was compiled. */
function mainFile(): string {
  return fileURLToPath(new URL(`main${extname(fileURLToPath(import.meta.url))}`, import.meta.url))
}

function readyUrl(child: ChildProcess): string | undefined {
  return /^ready (\S+)$/m.exec(child.output.text)?.[1]
}
