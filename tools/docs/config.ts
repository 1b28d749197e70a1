/** docs/config.md from the table of settings. Reads the build. */
import { configDoc } from '@brume/config'
import { printOrCheck } from './generated.ts'

printOrCheck('docs/config.md', 'tools/docs/config.ts', configDoc())
