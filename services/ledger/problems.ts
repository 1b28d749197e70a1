import { defineProblems } from '@brume/http'

/** Everything that the ledger service refuses, with what the caller can do about it. */
export const ledgerProblems = defineProblems('ledger', {
  'chain-not-found': { status: 404, title: 'No such chain', whatToDo: 'Check the id. A chain of another tenant, or one that was deleted, looks the same as one that never was.' },
  'chain-state-conflict': { status: 409, title: 'The chain cannot do that now', whatToDo: 'Read the chain\'s state; `possible` lists what it takes in this state.' },
  'chain-not-running': { status: 409, title: 'The chain does not run', whatToDo: 'Start the chain, wait until its state is ready, and try again.' },
  'engine-unavailable': { status: 503, title: 'The chain\'s engine does not answer', whatToDo: 'Wait for Retry-After and try again: the platform starts an engine that died. Readings are accepted meanwhile.' },
  'device-not-found': { status: 404, title: 'No such device', whatToDo: 'Check the id; the device must be registered by your tenant before it is bound.' },
  'device-not-active': { status: 409, title: 'The device is suspended or revoked', whatToDo: 'Resume a suspended device first. A revoked one stays revoked: register another.' },
  'binding-request-refused': { status: 422, title: 'The device\'s binding request does not hold', whatToDo: 'Let the device sign {"jwk": …} as a JWS of typ brume-binding-request with its current key, for this chain.' },
  'binding-not-found': { status: 404, title: 'The device is not bound to this chain', whatToDo: 'Bind it: PUT /v1/chains/{id}/devices/{deviceId}.' },
  'sequencing-late': { status: 503, title: 'The log has the entry, the ledger not yet', whatToDo: 'Nothing is lost: repeat the request after Retry-After, it ends with the same entry.' },
  'reading-not-found': { status: 404, title: 'No such leaf in this ledger', whatToDo: 'Check the leaf hash: base64url, 43 characters. A reading that was just accepted may take a moment.' },
  'proof-not-ready': { status: 409, title: 'The reading is not anchored yet', whatToDo: 'Wait for Retry-After and ask again: the promise says by when it is anchored.' },
  'entry-not-provable': { status: 409, title: 'There is no proof of this entry', whatToDo: 'Only readings signed by a key that the chain knows have a proof. Read the entry\'s type and flags; `brume fsck` covers all entries.' },
  'tile-not-found': { status: 404, title: 'No such tile', whatToDo: 'Ask only for tiles of a published checkpoint, under the path that C2SP tlog-tiles gives them.' },
  'checkpoint-not-found': { status: 404, title: 'This ledger has published no checkpoint yet', whatToDo: 'Wait for the first reading to be sequenced and the chain\'s maxDelayMs to pass.' },
  'dead-letter-not-found': { status: 404, title: 'No such dead letter', whatToDo: 'Check the id: topic.partition.offset, as the list gives it. Of letters that were closed only the last are kept at hand.' },
  'dead-letter-not-replayable': { status: 409, title: 'The record of this letter cannot be put on the log again', whatToDo: 'Read `detail`. The letter stays as it is; nothing was written.' },
  'dead-letters-late': { status: 503, title: 'The view of the dead letters is behind the log', whatToDo: 'Nothing is lost: repeat the request after Retry-After.' },
  'ledger-rolled-back': { status: 503, title: 'The ledger\'s database is older than what it has signed', whatToDo: 'The ledger stands still until it has replayed the log to the roots that it signed. If it does not come back, restore a newer copy of the database; nothing is signed before.' },
})
