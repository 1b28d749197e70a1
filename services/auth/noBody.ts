import { z } from 'zod'

/** For operations whose path says everything: nothing or `{}`, so that a member that we would ignore is refused instead. */
export const noBody = z.strictObject({}).nullish()
