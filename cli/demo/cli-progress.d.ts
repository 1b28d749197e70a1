/** cli-progress ships no types; what the demo uses of its single bar. */
declare module 'cli-progress' {
  export class SingleBar {
    constructor(options: { format: string; hideCursor?: boolean; stream?: NodeJS.WritableStream })
    start(total: number, startValue: number): void
    update(current: number): void
    stop(): void
  }
}
