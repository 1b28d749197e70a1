/**
 * What these scenarios use of k6, by its documentation (https://grafana.com/docs/k6/latest/javascript-api/). The published types (@types/k6) are another
 * dependency of everybody who builds Brume, for a few dozen names; k6 itself reads the sources and checks nothing. k6 runs them in an interpreter of
 * its own: there is neither Node nor a browser, so they are a TypeScript project of their own, without both.
 */
declare const __ENV: Readonly<Record<string, string | undefined>>

/** Only while a script is read, not while it runs. */
declare function open(path: string): string

declare const console: { log(line: string): void }

declare module 'k6' {
  export function sleep(seconds: number): void
}

declare module 'k6/http' {
  export interface Params {
    readonly headers?: Readonly<Record<string, string>>
    readonly tags?: Readonly<Record<string, string>>
    /** Such as `500ms`. */
    readonly timeout?: string
    readonly responseType?: 'text' | 'none'
  }
  export interface Response {
    /** 0 when there was no answer. */
    readonly status: number
    /** What went wrong below HTTP, else empty. */
    readonly error: string
    /** Names are spelt as Go does: `Server-Timing`. */
    readonly headers: Readonly<Record<string, string>>
    /** null with responseType `none`. */
    readonly body: string | null
  }
  const http: {
    get(url: string, params?: Params): Response
    post(url: string, body: string, params?: Params): Response
  }
  export default http
}

declare module 'k6/execution' {
  const exec: {
    readonly scenario: {
      /** Iterations of this scenario that were begun before, over all virtual users. Dropped ones are not counted. */
      readonly iterationInTest: number
      /** Whole ms since 1970. */
      readonly startTime: number
      /** 0 to 1: the share of its duration that has passed. */
      readonly progress: number
    }
    readonly instance: {
      /** ms with fractions. */
      readonly currentTestRunDuration: number
    }
  }
  export default exec
}

declare module 'k6/data' {
  /** Made once and read by all virtual users; an item is copied when it is read. */
  export const SharedArray: new <Item>(name: string, make: () => Item[]) => readonly Item[]
}

declare module 'k6/metrics' {
  export class Trend {
    constructor(name: string, isTime?: boolean)
    add(value: number): void
  }
  export class Rate {
    constructor(name: string)
    add(value: boolean): void
  }
}

declare module 'k6/crypto' {
  export function sha256(input: string, encoding: 'base64rawurl'): string
}

declare module 'k6/encoding' {
  export function b64encode(input: string, encoding: 'rawurl'): string
  export function b64decode(input: string, encoding: 'rawurl', format: 's'): string
}
