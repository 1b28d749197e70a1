/** A results folder that cannot be read or gone on with; the message says which file, why, and what to do. */
export class BadResults extends Error {
  override readonly name = 'BadResults'
}
