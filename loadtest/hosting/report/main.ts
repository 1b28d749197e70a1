import { BadResults, readRun } from '../results/index.ts'
import { writeReport } from './writeReport.ts'

const usage = 'node loadtest/dist/hosting/report/main.js FOLDER\n  Makes report.html, README.md and its pictures anew from the results in FOLDER.'

/** Exit 2 for arguments that make no sense, 1 for a folder that cannot be read. */
async function main([folder, ...others]: readonly string[]): Promise<number> {
  if (folder === undefined || folder.startsWith('-') || others.length > 0) return told(usage, 2)
  try {
    for (const name of await writeReport(readRun(folder), folder)) console.log(name)
    return 0
  } catch (error) {
    if (error instanceof BadResults) return told(error.message, 1)
    throw error
  }
}

function told(message: string, exit: number): number {
  console.error(message)
  return exit
}

process.exitCode = await main(process.argv.slice(2))
