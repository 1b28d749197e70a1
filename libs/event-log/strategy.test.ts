import 'reflect-metadata'
import type { Type } from '@nestjs/common'
import { Controller, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { MessagePattern, Payload, Ctx } from '@nestjs/microservices'
import { expect, it, onTestFinished, vi } from 'vitest'
import { PartitionHalted } from './errors.ts'
import type { RecordBatch } from './eventLog.ts'
import { OnBatch } from './onBatch.ts'
import { openTestLog, textOf, textRecord } from './sqlite/logFile.fixture.ts'
import { EventLogContext, EventLogStrategy } from './strategy.ts'
import { DEVICES, ENTRIES } from './topics.ts'

const limit = { timeout: 10_000, interval: 2 }

async function startApp(controllers: Type[]) {
  const log = await openTestLog()
  const errors: [unknown, { topic: string; partition: number }][] = []
  const strategy = new EventLogStrategy({ log, onError: (error, where) => errors.push([error, where]) })
  @Module({ controllers })
  class App {}
  const app = await NestFactory.createMicroservice(App, { strategy, logger: false, abortOnError: false })
  onTestFinished(() => app.close())
  return { log, strategy, errors, app }
}

it('gives whole batches with their place to a queue handler, from the position of its group', async () => {
  const seen: unknown[] = []
  @Controller()
  class Ledger {
    @OnBatch(ENTRIES, { mode: 'queue', group: 'ledger', partitions: [2] })
    sequence(@Payload() batch: RecordBatch, @Ctx() context: EventLogContext): void {
      seen.push([context.topic, context.partition, batch.records.map(textOf)])
    }
  }
  const { log, strategy, app } = await startApp([Ledger])
  await log.append(ENTRIES, 2, ['a', 'b', 'c'].map((value) => textRecord(value)))
  strategy.registerGroup('ledger', { position: async (topic, partition) => (topic === ENTRIES && partition === 2 ? 1 : 0) })
  await app.listen()
  await vi.waitFor(() => expect(seen).toEqual([[ENTRIES, 2, ['b', 'c']]]), limit)
})

it('tells the owner of a group what is assigned and revoked, and of which topic', async () => {
  const told: string[] = []
  @Controller()
  class Ledger {
    @OnBatch(ENTRIES, { mode: 'queue', group: 'ledger', partitions: [1] })
    sequence(batch: RecordBatch): void {
      told.push(...batch.records.map(textOf))
    }
  }
  const { log, strategy, app } = await startApp([Ledger])
  await log.append(ENTRIES, 1, [textRecord('a')])
  strategy.registerGroup('ledger', {
    assigned: async (topic, partition) => void told.push(`assigned ${topic}/${partition}`),
    revoked: async (topic, partition) => void told.push(`revoked ${topic}/${partition}`),
    position: async () => 0,
  })
  await app.listen()
  await vi.waitFor(() => expect(told).toEqual(['assigned entries/1', 'a']), limit)
  await strategy.close()
  expect(told).toEqual(['assigned entries/1', 'a', 'revoked entries/1'])
})

it('lets several handlers follow one topic, each for itself', async () => {
  const seen: string[] = []
  @Controller()
  class Ingest {
    @OnBatch(DEVICES, { mode: 'table' })
    devices(batch: RecordBatch): void {
      seen.push(...batch.records.map((record) => `ingest ${textOf(record)}`))
    }
  }
  @Controller()
  class Ledger {
    private failures = 2
    @OnBatch(DEVICES, { mode: 'table' })
    async devices(batch: RecordBatch): Promise<void> {
      if (this.failures-- > 0) throw new Error('not yet')
      seen.push(...batch.records.map((record) => `ledger ${textOf(record)}`))
    }
  }
  const { log, strategy, errors, app } = await startApp([Ingest, Ledger])
  await log.append(DEVICES, 0, [textRecord('a')])
  await app.listen()
  await strategy.ready
  expect(seen).toEqual(['ingest a', 'ledger a'])
  expect(errors.map(([error, where]) => [String(error), where])).toEqual(Array.from({ length: 2 }, () => ['Error: not yet', { topic: DEVICES, partition: 0 }]))
})

it('is ready only when every table has reached the end that it saw', async () => {
  const held = Promise.withResolvers<void>()
  @Controller()
  class Slow {
    @OnBatch(DEVICES, { mode: 'table' })
    devices(): Promise<void> {
      return held.promise
    }
  }
  const { log, strategy, app } = await startApp([Slow])
  await log.append(DEVICES, 0, [textRecord('a')])
  let ready = false
  void strategy.ready.then(() => (ready = true))
  await app.listen()
  await log.append(DEVICES, 0, [textRecord('b')])
  expect(ready).toBe(false)
  held.resolve()
  await strategy.ready
})

it('halts the partition when the handler says so: Nest does not hide the error', async () => {
  const halt = new PartitionHalted('epoch lost')
  @Controller()
  class Ledger {
    @OnBatch(ENTRIES, { mode: 'queue', group: 'ledger', partitions: [0] })
    sequence(): Promise<void> {
      return Promise.reject(halt)
    }
  }
  const { log, strategy, errors, app } = await startApp([Ledger])
  strategy.registerGroup('ledger', { position: async () => 0 })
  await app.listen()
  await log.append(ENTRIES, 0, [textRecord('a')])
  await vi.waitFor(() => expect(strategy.handlerStatus()).toEqual([{ topic: ENTRIES, group: 'ledger', partition: 0, state: 'halted', offset: 0, error: halt }]), limit)
  expect(errors).toEqual([[halt, { topic: ENTRIES, partition: 0 }]])
})

it('waits for the position of a group that is registered late, and says so', async () => {
  const seen: string[] = []
  @Controller()
  class Ledger {
    @OnBatch(ENTRIES, { mode: 'queue', group: 'ledger', partitions: [0] })
    sequence(batch: RecordBatch): void {
      seen.push(...batch.records.map(textOf))
    }
  }
  const { log, strategy, errors, app } = await startApp([Ledger])
  await log.append(ENTRIES, 0, [textRecord('a')])
  await app.listen()
  await vi.waitFor(() => expect(String(errors[0]?.[0])).toBe('Error: The group ledger is not registered'), limit)
  strategy.registerGroup('ledger', { position: async () => 0 })
  await vi.waitFor(() => expect(seen).toEqual(['a']), limit)
})

it('waits for running handlers when it closes, and the log still takes what they append', async () => {
  const started = Promise.withResolvers<void>()
  const held = Promise.withResolvers<void>()
  const { log, strategy, app } = await startApp([controllerOf(async () => {
    started.resolve()
    await held.promise
    await log.append(ENTRIES, 0, [textRecord('from the handler')])
  })])
  await log.append(DEVICES, 0, [textRecord('a')])
  await app.listen()
  await started.promise
  const closed = strategy.close()
  held.resolve()
  await closed
  expect((await log.readFrom(ENTRIES, 0, 0, 10)).map(textOf)).toEqual(['from the handler'])
})

function controllerOf(handle: () => Promise<void>): Type {
  @Controller()
  class Devices {
    @OnBatch(DEVICES, { mode: 'table' })
    devices(): Promise<void> {
      return handle()
    }
  }
  return Devices
}

it('refuses at start a topic that is not declared', async () => {
  @Controller()
  class Misspelt {
    @OnBatch('devizes', { mode: 'table' })
    devices(): void {}
  }
  const { app } = await startApp([Misspelt])
  await expect(app.listen()).rejects.toThrow('There is no topic devizes')
})

it('refuses a handler that waits for requests', async () => {
  @Controller()
  class Asked {
    @MessagePattern(DEVICES)
    devices(): void {}
  }
  const { app } = await startApp([Asked])
  await expect(app.listen()).rejects.toThrow('the event log has no answers')
})
