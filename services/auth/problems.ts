import { defineProblems } from '@brume/http'

/** Everything that the auth service refuses, with what the caller can do about it. */
export const authProblems = defineProblems('auth', {
  'tenant-not-found': { status: 404, title: 'No such tenant', whatToDo: 'Check the id; GET /v1/tenants lists all tenants.' },
  'device-not-registered': { status: 404, title: 'No such device', whatToDo: 'Check the id. A device of another tenant looks the same as one that never was.' },
  'device-state-conflict': { status: 409, title: 'The device cannot do that now', whatToDo: 'Read the device\'s status; `possible` lists what it takes in this status. A revoked device stays revoked: register another.' },
  'device-id-taken': { status: 409, title: 'A device has this id already', whatToDo: 'Let the device make a new UUIDv7 and sign its possession again.' },
  'device-keys-exhausted': { status: 409, title: 'The device has had as many keys as a device may have', whatToDo: 'Register the device anew, with a new id.' },
  'device-key-taken': { status: 409, title: 'This key is registered already', whatToDo: 'Make a new key: one key belongs to one device, also after it was replaced.' },
  'device-key-refused': { status: 422, title: 'The public key is not accepted', whatToDo: 'Send a public JWK: Ed25519 (OKP) or P-256 (EC), in canonical base64url, without private members.' },
  'key-possession-refused': { status: 422, title: 'The proof of possession does not hold', whatToDo: 'Let the new key sign {"jwk": …} as a JWS of typ brume-key-possession with kid <device id>#<number of the new key>, without chain.' },
  'key-endorsement-missing': { status: 422, title: 'The old key must agree to the new one', whatToDo: 'Send `endorsement`, signed with the old key; or, when that key is lost, `"lost": true`, which every ledger of the device will show.' },
  'key-endorsement-refused': { status: 422, title: 'The endorsement by the old key does not hold', whatToDo: 'Let the old key sign {"jwk": the new key} as a JWS of typ brume-key-endorsement with kid <device id>#<number of the old key>, without chain.' },
})
