import { spawnSync } from 'node:child_process'

/**
 * Whether a test that needs a program beyond Node can run here. A user's machine may lack it, then the test is left out and `npm test` says so
 * (the reason stands in tools/suites/suites.mjs); CI installs it, so there the answer is always yes and a missing program is a failure.
 */
export function hasTool(program: string, ...versionArguments: string[]): boolean {
  return process.env['CI'] === 'true' || spawnSync(program, versionArguments, { stdio: 'ignore' }).status === 0
}
