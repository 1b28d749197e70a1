#!/usr/bin/env node
// Compiles contracts/*.sol to contracts/artifacts/*.json (abi and creation bytecode of each contract).
//   node contracts/tools/solc.mjs           write
//   node contracts/tools/solc.mjs --check   compare with what is checked in; exit 1 when stale
// The compiler is pinned, the metadata hash is left out and paths are relative, so the output is the same everywhere.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import solc from 'solc'

const root = new URL('..', import.meta.url)
const artifacts = new URL('artifacts/', root)

const settings = {
  // Ganache knows nothing later than shanghai.
  evmVersion: 'shanghai',
  // The contracts are deployed once and called often.
  optimizer: { enabled: true, runs: 1_000_000 },
  metadata: { bytecodeHash: 'none', appendCBOR: false },
  outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
}

function readSources() {
  const names = readdirSync(fileURLToPath(root)).filter((name) => name.endsWith('.sol')).toSorted()
  return Object.fromEntries(names.map((name) => [name, { content: readFileSync(new URL(name, root), 'utf8') }]))
}

function compile(sources) {
  const output = JSON.parse(solc.compile(JSON.stringify({ language: 'Solidity', sources, settings })))
  const messages = output.errors ?? []
  if (messages.length > 0) throw new Error(messages.map((message) => message.formattedMessage).join('\n'))
  return output.contracts
}

function artifactText(name, contract) {
  const artifact = {
    generated: `by contracts/tools/solc.mjs from ${name}.sol; do not edit, run: node contracts/tools/solc.mjs`,
    compiler: solc.version(),
    contract: name,
    abi: contract.abi,
    bytecode: `0x${contract.evm.bytecode.object}`,
  }
  return `${JSON.stringify(artifact, null, 2)}\n`
}

/** File name -> text, for every contract that has code; an interface has none. */
function makeArtifacts() {
  const files = new Map()
  for (const contracts of Object.values(compile(readSources()))) {
    for (const [name, contract] of Object.entries(contracts)) {
      if (contract.evm.bytecode.object !== '') files.set(`${name}.json`, artifactText(name, contract))
    }
  }
  return files
}

function write(files) {
  mkdirSync(artifacts, { recursive: true })
  for (const [name, text] of files) writeFileSync(new URL(name, artifacts), text)
}

function staleNames(files) {
  const present = existsSync(artifacts) ? readdirSync(fileURLToPath(artifacts)) : []
  const left = present.filter((name) => !files.has(name))
  const changed = [...files].filter(([name, text]) => !present.includes(name) || readFileSync(new URL(name, artifacts), 'utf8') !== text)
  return [...changed.map(([name]) => name), ...left]
}

function check(files) {
  const stale = staleNames(files)
  if (stale.length === 0) return
  console.error(`stale: ${stale.join(', ')}; run: node contracts/tools/solc.mjs`)
  process.exitCode = 1
}

const files = makeArtifacts()
if (process.argv.includes('--check')) check(files)
else write(files)
