import RequestQueue from 'kafkajs/src/network/requestQueue/index.js'

/** As in kafkajs: a request that waits for others to be answered is looked at again this often. */
const LOOK_AGAIN_MS = 10

/**
 * kafkajs 2.2.4 keeps a timer for throttled requests on every connection, also when nothing is throttled: it gives it a time in the past, which Node 24
 * warns of (TimeoutNegativeWarning) and takes for 1 ms, so each idle connection wakes the process a thousand times a second. This one runs only when
 * something waits. See https://github.com/tulios/kafkajs/issues/1704 and 1751.
 */
RequestQueue.prototype.scheduleCheckPendingRequests = function scheduleCheckPendingRequests(this: RequestQueue): void {
  if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return
  const waitMs = Math.max(this.throttledUntil - Date.now(), LOOK_AGAIN_MS)
  this.throttleCheckTimeoutId = setTimeout(() => {
    this.throttleCheckTimeoutId = null
    this.checkPendingRequests()
  }, waitMs)
}
