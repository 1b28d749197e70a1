import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DatabaseFull, openDatabase, type SqliteDatabase } from './index.ts'

/** Writes as fast as it can, each time in a transaction of its own. */
const OTHER_WRITER = `
  const db = new (require('better-sqlite3'))(process.argv[1], { timeout: 10000 })
  const insert = db.prepare("INSERT INTO auth_tenants VALUES (?, 'n', 0)")
  for (let n = 0; n < 300; n++) db.transaction(() => insert.run('other-' + n)).immediate()
`

describe('database', () => {
  let directory: string
  let database: SqliteDatabase

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'brume-db-'))
    database = await openDatabase(`file:${directory}/brume.db`)
  })

  afterEach(async () => {
    await database.close()
    rmSync(directory, { recursive: true })
  })

  it('fsyncs every commit on both connections', async () => {
    await database.prisma.tenant.create({ data: { id: 't', name: 'n', createdAt: new Date(0) } })
    expect(database.sqlite.pragma('synchronous', { simple: true })).toBe(2)
    expect(await database.prisma.$queryRawUnsafe('PRAGMA synchronous')).toEqual([{ synchronous: 2n }])
  })

  it('applies migrations once, also when opened again', async () => {
    const again = await openDatabase(`file:${directory}/brume.db`)
    const rows = database.sqlite.prepare('SELECT migration_name FROM _prisma_migrations').all()
    expect(rows).toEqual([{ migration_name: '20261121000000_init' }, { migration_name: '20261121165147_platform_deployment' }])
    await again.close()
  })

  it('lets the append path and ordinary transactions write in turn', async () => {
    const insert = database.sqlite.prepare("INSERT INTO auth_tenants VALUES (?, 'n', 0)")
    await Promise.all([1, 2, 3, 4].flatMap((n) => [
      database.write(async (tx) => {
        await tx.tenant.create({ data: { id: `prisma-${n}`, name: 'n', createdAt: new Date(0) } })
        await tx.tenant.update({ where: { id: `prisma-${n}` }, data: { name: 'm' } })
      }),
      database.exclusive(() => insert.run(`append-${n}`)),
    ]))
    expect(await database.prisma.tenant.count()).toBe(8)
  })

  it('waits for another process that writes between what a transaction reads and what it writes', async () => {
    const other = spawn(process.execPath, ['--input-type=commonjs', '-e', OTHER_WRITER, `${directory}/brume.db`], { stdio: 'inherit' })
    await database.write(async (tx) => void (await tx.tenant.count()))
    for (let n = 0; n < 100; n++) {
      await database.write(async (tx) => {
        const count = await tx.tenant.count()
        await tx.tenant.create({ data: { id: `mine-${n}`, name: `${count}`, createdAt: new Date(0) } })
      })
    }
    const [code] = await once(other, 'exit')
    expect(code).toBe(0)
    expect(await database.prisma.tenant.count({ where: { id: { startsWith: 'mine' } } })).toBe(100)
    expect(await database.prisma.tenant.count({ where: { id: { startsWith: 'other' } } })).toBe(300)
  })

  it('keeps nothing of a transaction that the disk has no room for, and says so', async () => {
    await database.close()
    database = await openDatabase(`file:${directory}/brume.db`, { maxPages: 120 })
    const insert = database.sqlite.prepare("INSERT INTO auth_tenants VALUES (?, ?, 0)")
    const fill = () => database.exclusive(() => database.sqlite.transaction(() => {
      for (let n = 0; n < 1000; n++) insert.run(`t-${n}`, 'x'.repeat(1000))
    })())
    await expect(fill()).rejects.toBeInstanceOf(DatabaseFull)
    expect(await database.prisma.tenant.count()).toBe(0)
    const big = database.write((tx) => tx.tenant.create({ data: { id: 'big', name: 'x'.repeat(1_000_000), createdAt: new Date(0) } }))
    await expect(big).rejects.toBeInstanceOf(DatabaseFull)
  })
})
