/** docs/config.md from the table of settings. Reads the build. */
import { configDoc } from '@brume/config'
import { writeOrCheckMarkdown } from './writeOrCheck.ts'

writeOrCheckMarkdown('docs/config.md', configDoc())
