// Fails when package-lock.json names a package that it does not hold: an optional platform package that the registry lacked when the lock was made,
// or a plain dependency. Such a lock installs here and breaks `npm ci` elsewhere. Usage: node tools/lock-gaps.mjs [package-lock.json]
import { readFileSync } from 'node:fs'

const { packages } = JSON.parse(readFileSync(process.argv[2] ?? new URL('../package-lock.json', import.meta.url), 'utf8'))

/** Node's own search: the package's node_modules, then those of every folder above. */
function held(from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    if (packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`]) return true
    if (at === '') return false
  }
}

const wanted = ([path, { dependencies, optionalDependencies }]) => Object.entries({ ...dependencies, ...optionalDependencies }).map(([name, range]) => ({ path, name, range }))
const gaps = Object.entries(packages).flatMap(wanted).filter(({ path, name }) => !held(path, name))
for (const { path, name, range } of gaps) console.error(`${path || 'the root package'} wants ${name}@${range}, which package-lock.json does not hold`)
console.log(`package-lock.json: ${Object.keys(packages).length} packages, ${gaps.length} gaps`)
process.exitCode = gaps.length > 0 ? 1 : 0
