import { Verdicts } from './verifyFormat.ts'
import { VerifyThread } from './verifyThread.ts'

/** More waits to be verified than the bound allows: push back, answer 503 with `Retry-After`. */
export class VerifyBusy extends Error {
  override name = 'VerifyBusy'
}

/** The thread ended before it answered. Nothing was accepted, so the sender sends again. */
export class VerifyInterrupted extends Error {
  override name = 'VerifyInterrupted'
}

export interface VerifyPoolOptions {
  readonly threads: number
  /** Told when a thread has ended that was not asked to. */
  readonly onCrash: (reason: Error) => void
  /** Bytes that may wait or be under way; 8 MiB are about 11,000 readings, half a second of work for one thread. */
  readonly maxBytes?: number
}

interface Waiting {
  readonly pack: Buffer<ArrayBuffer>
  readonly bytes: number
  readonly resolve: (verdicts: Verdicts) => void
  readonly reject: (error: Error) => void
}

interface Seat {
  thread: VerifyThread
  flight: Waiting[] | undefined
  /** When the thread was started, so that one that cannot start is not started again in a tight loop. */
  startedAtMs: number
}

const MAX_BYTES = 8 * 1024 * 1024
/** So that a large batch and the small requests behind it do not all wait for each other. */
const FLIGHT_BYTES = 256 * 1024
const RESTART_PAUSE_MS = 500

/** Requests that arrive while a thread works go to it together: at low load each goes at once, at high load one message carries many. */
export class VerifyPool {
  readonly seats: readonly Seat[]
  private readonly options: VerifyPoolOptions
  private queue: Waiting[] = []
  private bytes = 0
  private closed = false

  constructor(options: VerifyPoolOptions) {
    this.options = options
    this.seats = Array.from({ length: options.threads }, () => this.takeSeat())
  }

  /** `pack` is handed over (verifyFormat.ts) and must not be used afterwards. Rejects with {@link VerifyBusy} or {@link VerifyInterrupted}. */
  verify(pack: Buffer<ArrayBuffer>): Promise<Verdicts> {
    if (this.closed) return Promise.reject(new VerifyInterrupted('the service is stopping'))
    if (this.bytes + pack.length > (this.options.maxBytes ?? MAX_BYTES)) return Promise.reject(new VerifyBusy(`${this.bytes} bytes wait to be verified`))
    return new Promise((resolve, reject) => {
      this.bytes += pack.length
      this.queue.push({ pack, bytes: pack.length, resolve, reject })
      this.dispatch()
    })
  }

  async close(): Promise<void> {
    this.closed = true
    this.interrupt(this.queue.splice(0), 'the service is stopping')
    await Promise.all(this.seats.map(({ thread }) => thread.stop()))
  }

  private dispatch(): void {
    for (const seat of this.seats) {
      if (this.queue.length === 0) return
      if (seat.flight === undefined) this.send(seat, this.nextFlight())
    }
  }

  private nextFlight(): Waiting[] {
    let bytes = 0
    const end = this.queue.findIndex((waiting) => (bytes += waiting.bytes) > FLIGHT_BYTES)
    return this.queue.splice(0, end < 0 ? this.queue.length : Math.max(1, end))
  }

  private send(seat: Seat, flight: Waiting[]): void {
    seat.flight = flight
    seat.thread.send(flight.map(({ pack }) => pack.buffer))
  }

  private takeSeat(): Seat {
    const seat: Seat = { thread: this.startThread(() => seat), flight: undefined, startedAtMs: performance.now() }
    return seat
  }

  private startThread(seatOf: () => Seat): VerifyThread {
    return new VerifyThread({ onAnswer: (packs) => this.land(seatOf(), packs), onEnd: (reason) => this.onEnd(seatOf(), reason) })
  }

  private land(seat: Seat, packs: ArrayBuffer[]): void {
    const flight = seat.flight ?? []
    seat.flight = undefined
    this.dispatch()
    for (const [i, { bytes, resolve, reject }] of flight.entries()) {
      const pack = packs[i]
      this.bytes -= bytes
      if (pack === undefined) reject(new VerifyInterrupted('the thread answered for fewer requests than it was given'))
      else resolve(new Verdicts(Buffer.from(pack)))
    }
  }

  /** Who waits hears so at once: whether it was their readings that ended the thread is not known, so they are not tried on the next one. */
  private onEnd(seat: Seat, reason: Error): void {
    const flight = seat.flight ?? []
    seat.flight = undefined
    this.interrupt(flight, reason.message)
    if (this.closed) return
    this.options.onCrash(reason)
    const pauseMs = Math.max(0, seat.startedAtMs + RESTART_PAUSE_MS - performance.now())
    // Until then the seat looks taken, so that nothing is sent to a thread that is gone.
    seat.flight = []
    setTimeout(() => this.restart(seat), pauseMs).unref()
  }

  private restart(seat: Seat): void {
    if (this.closed) return
    seat.thread = this.startThread(() => seat)
    seat.startedAtMs = performance.now()
    seat.flight = undefined
    this.dispatch()
  }

  private interrupt(waiting: readonly Waiting[], reason: string): void {
    for (const { bytes, reject } of waiting) {
      this.bytes -= bytes
      reject(new VerifyInterrupted(reason))
    }
  }
}
