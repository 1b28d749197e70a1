/** A platform that starts one engine and is then killed: `platform.fixture.ts <EngineSpec as JSON>` prints the engine's pid and stays. */
import type { EngineSpec } from '../engine.ts'
import { GanacheEngine } from './ganacheEngine.ts'

const spec: EngineSpec = JSON.parse(process.argv[2] ?? '') // our own test wrote it
const handle = await new GanacheEngine({ leaseMs: 120_000 }).start(spec)
console.log(handle.pid)
setInterval(() => undefined, 60_000)
