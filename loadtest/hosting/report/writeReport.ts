import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Run } from '../model/index.ts'
import { figuresOf, type Report } from './document/block.ts'
import { pageOf } from './html/page.ts'
import { markdownOf } from './markdown/markdown.ts'
import { reportOf } from './reportOf.ts'
import { fileInk } from './svg/ink.ts'
import { svg } from './svg/figure.ts'

const generatedBy = 'Made from the results in this folder. To make it again: node loadtest/dist/hosting/report/main.js FOLDER'

/**
 * Writes `report.html`, `README.md` and its `*.svg` into the folder, and returns their names. The same run gives the same bytes. A file is replaced as a
 * whole: a reader sees the old report or the new one.
 */
export async function writeReport(run: Run, folder: string): Promise<string[]> {
  const files = filesOf(reportOf(run))
  await mkdir(folder, { recursive: true })
  for (const [name, content] of files) await replaceFile(join(folder, name), content)
  return [...files.keys()]
}

export function filesOf(report: Report): ReadonlyMap<string, string> {
  const figures = figuresOf(report)
  const twice = figures.find(({ id }, index) => figures.findIndex((one) => one.id === id) !== index)
  if (twice !== undefined) throw new Error(`two pictures would have the name ${twice.id}.svg: give placements and networks of the plan names that differ in more than their signs`)
  const pictures = figures.map((figure) => [`${figure.id}.svg`, `${svg(figure, fileInk).text}\n`] as const)
  return new Map([['report.html', pageOf(report, generatedBy)], ['README.md', markdownOf(report, generatedBy)], ...pictures])
}

async function replaceFile(path: string, content: string): Promise<void> {
  await writeFile(`${path}.new`, content)
  await rename(`${path}.new`, path)
}
