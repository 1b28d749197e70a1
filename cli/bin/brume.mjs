#!/usr/bin/env node
// Guard first: an old Node fails on the imports before it could say why.
import '../../tools/node-guard.cjs'
import { existsSync } from 'node:fs'

const program = new URL('../dist/main.js', import.meta.url)
if (!existsSync(program)) {
  // A fresh checkout. The build changes the working directory, against which FILE arguments are meant.
  const directory = process.cwd()
  await import('../../tools/prepare.mjs')
  process.chdir(directory)
}
await import(program.href)
