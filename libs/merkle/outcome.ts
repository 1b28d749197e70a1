/** What a parser of untrusted input answers: the value, or a stable code that says which rule was broken. Nothing is thrown for bad input. */
export type Outcome<Value, Problem extends string> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problem: Problem }

export function accepted<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value }
}

export function refused<Problem extends string>(problem: Problem): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem }
}
