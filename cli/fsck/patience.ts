/** A running ledger is always a step ahead of its chain or behind it: how often to look again before that is a finding. */
export interface Patience {
  attempts: number
  pause(): Promise<void>
}

/** Asks until the answer is enough, and gives the last answer either way. */
export async function askUntil<T>(ask: () => Promise<T>, isEnough: (answer: T) => boolean, { attempts, pause }: Patience): Promise<T> {
  let answer = await ask()
  for (let asked = 1; asked < attempts && !isEnough(answer); asked++) {
    await pause()
    answer = await ask()
  }
  return answer
}
