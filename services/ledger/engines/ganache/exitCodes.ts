/** How the engine's process ends, for the platform that waits for it. */
export const exitCodes = {
  ended: 0,
  failed: 1,
  /** EX_TEMPFAIL of sysexits(3): another engine has this volume open, adopt that one. */
  volumeInUse: 75,
} as const
