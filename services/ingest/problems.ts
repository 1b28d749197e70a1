import { defineProblems } from '@brume/http'

/** Everything that ingest refuses, with what the sender can do about it. */
export const ingestProblems = defineProblems('ingest', {
  'malformed-envelope': { status: 400, title: 'This is not a reading that Brume takes', whatToDo: '`refusal` names the rule: sign a compact JWS of typ brume-reading with the members alg, typ, kid, chain, seq and iat. Sending the same bytes again does not help.' },
  'non-canonical-base64url': { status: 400, title: 'A part of the envelope is not canonical base64url', whatToDo: 'Write base64url without padding, white space, line ends or unused bits (RFC 4648 section 5): one reading has one spelling.' },
  'envelope-too-large': { status: 413, title: 'The envelope is too large', whatToDo: 'An envelope has at most 65,535 bytes: store larger content elsewhere and let the reading carry its hash.' },
  'too-many-readings': { status: 413, title: 'Too many readings in one request', whatToDo: 'Send at most 1,000 readings a request: split it.' },
  'no-reading-accepted': { status: 422, title: 'None of the readings was accepted', whatToDo: '`results` has a problem for each reading, in the order of the request.' },
  'unknown-device': { status: 403, title: 'This device may not write to this chain', whatToDo: 'Check chain and kid; register the device and bind it to the chain. A chain, device or key that is not known here, and a device that is not bound to the chain, look the same.' },
  'invalid-signature': { status: 403, title: 'The signature does not hold', whatToDo: 'Sign exactly the bytes before the second dot, with the key that kid names and an alg of that key.' },
  'stale-key': { status: 403, title: 'The key was replaced', whatToDo: 'Sign with the newest key of the device. If it was not you who replaced it, revoke the device.' },
  'device-suspended': { status: 403, title: 'The device is suspended', whatToDo: 'Keep the readings: its tenant can make the device active again.' },
  'device-revoked': { status: 403, title: 'The device is revoked', whatToDo: 'Register a new device: a revoked one stays revoked.' },
  'chain-not-ready': { status: 409, title: 'The chain takes no readings now', whatToDo: '`state` says where it stands. Keep the readings and send them again once the chain is ready.' },
  equivocation: { status: 409, title: 'The device has signed something else under this seq', whatToDo: 'The reading with `firstLeafHash` came first and stands. Count seq up for each new reading; a device that lost its count raises epoch.' },
  'verification-interrupted': { status: 503, title: 'The signature could not be checked', whatToDo: 'Send again after `Retry-After` seconds. Nothing of this request was kept.' },
})
