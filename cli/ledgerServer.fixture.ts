import { createServer } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import { encodeEntryBundle, hashAt, HASH_BYTES, parseTilePath, tileWidth } from '@brume/merkle'
import type { DevLedger } from '@brume/proof/devLedger'

export type Tamper = (path: string, body: Buffer) => Buffer | undefined

/** A real ledger over HTTP on the public paths of its chain; `tamper` may change an answer, or take it away. */
export class LedgerServer {
  tamper: Tamper = (_, body) => body
  /** Asked for from every request, when set. */
  token?: string
  private readonly ledger: DevLedger
  private readonly server: Server

  private constructor(ledger: DevLedger, server: Server) {
    this.ledger = ledger
    this.server = server
  }

  static async start(ledger: DevLedger): Promise<LedgerServer> {
    const server = createServer()
    const served = new LedgerServer(ledger, server)
    server.on('request', (request, response) => {
      void served.answer(request).then(({ status, body }) => response.writeHead(status).end(body))
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    return served
  }

  get url(): string {
    const address = this.server.address()
    if (address === null || typeof address === 'string') throw new Error('the server does not listen')
    return `http://127.0.0.1:${address.port}`
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((closed) => this.server.close(closed))
  }

  private async answer(request: IncomingMessage): Promise<{ status: number; body?: Buffer }> {
    const prefix = `/v1/chains/${this.ledger.chainId}`
    if (!request.url?.startsWith(prefix) || (this.token && request.headers.authorization !== `Bearer ${this.token}`)) return { status: 404 }
    const path = request.url.slice(prefix.length)
    const body = await this.bodyOf(path, request)
    const changed = body && this.tamper(path, body)
    return changed ? { status: 200, body: changed } : { status: 404 }
  }

  private async bodyOf(path: string, request: IncomingMessage): Promise<Buffer | undefined> {
    if (path === '') return Buffer.from(JSON.stringify(this.chainResource()))
    if (path === '/rpc') return Buffer.from(JSON.stringify(await this.rpc(request)))
    if (path === '/ledger/checkpoint') return Buffer.from(this.checkpoint.note)
    const tile = parseTilePath(path.replace('/ledger/', ''))
    if (!tile.ok) return undefined
    return tile.value.kind === 'entries' ? this.entries(tile.value.index, tile.value.width) : this.hashes(tile.value.level, tile.value.index, tile.value.width)
  }

  private get checkpoint() {
    const checkpoint = this.ledger.checkpoints.at(-1)
    if (!checkpoint) throw new Error('nothing was published')
    return checkpoint
  }

  private entries(index: number, width: number): Buffer | undefined {
    const entries = this.ledger.entries.slice(index * 256, index * 256 + width)
    return entries.length === width && index * 256 + width <= this.checkpoint.size ? Buffer.from(encodeEntryBundle(entries)) : undefined
  }

  /** Partial tiles of the newest checkpoint only, and nothing beyond it. */
  private async hashes(level: number, index: number, width: number): Promise<Buffer | undefined> {
    if (tileWidth(level, index, this.checkpoint.size) !== width) return undefined
    const nodes = Array.from({ length: width }, (_, at) => hashAt({ level: level * 8, index: index * 256 + at }, this.checkpoint.size, this.ledger.tree))
    return Buffer.concat(await Promise.all(nodes), width * HASH_BYTES)
  }

  private async rpc(request: IncomingMessage): Promise<object> {
    const { id, method, params } = JSON.parse(Buffer.concat(await request.toArray()).toString())
    return { jsonrpc: '2.0', id, result: await this.ledger.chain.rpc(method, params) }
  }

  private chainResource() {
    const { ledger, platformKeys, chain } = this.ledger.trust()
    return { id: this.ledger.chainId, name: 'dev', engine: 'ganache', state: 'ready', ledger, platformKeys, eip155: chain.eip155, contract: chain.contract }
  }
}
