/**
 * Names of a plan as part of a file name and of an id: small letters, digits, `.`, `-` and `_` only, so that nothing of them leads to another folder, and no
 * two of them become one on a file system that ignores case.
 */
export function fileName(...parts: readonly string[]): string {
  return parts.map((part) => part.replaceAll(' ', '-').replaceAll(/[^a-z0-9.-]/g, encoded)).join('-')
}

function encoded(sign: string): string {
  return sign === '+' ? '_' : `_x${sign.charCodeAt(0).toString(16)}`
}
