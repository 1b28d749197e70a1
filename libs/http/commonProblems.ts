import { defineProblems } from './problems.ts'

/** What any service may answer. A service's own table holds only what is its own. */
export const commonProblems = defineProblems('common', {
  'invalid-request': { status: 400, title: 'The request does not have the expected form', whatToDo: 'Mend what `issues` names: each has the path of the member and what is wrong with it. `/openapi.json` has the expected form.' },
  'malformed-json': { status: 400, title: 'The body is not JSON', whatToDo: 'Send one well-formed JSON value (RFC 8259).' },
  'malformed-http': { status: 400, title: 'The request is not well-formed HTTP', whatToDo: 'Mend the request line, the path encoding or the headers that `detail` names.' },
  'idempotency-key-malformed': { status: 400, title: 'The Idempotency-Key is malformed', whatToDo: 'Send one key of 1 to 255 visible ASCII characters, such as a UUID.' },
  'token-missing': { status: 401, title: 'A token is needed', whatToDo: 'Send `Authorization: Bearer TOKEN` with the token of a tenant, or of the operator where the operation is the operator\'s.' },
  'token-invalid': { status: 401, title: 'The token is not accepted', whatToDo: 'Send the token exactly as it was issued. A token of another installation, or one whose key was replaced, must be issued again.' },
  'token-expired': { status: 401, title: 'The token has expired', whatToDo: 'Get a new token.' },
  'operator-only': { status: 403, title: 'Only the operator may do this', whatToDo: 'Use the operator\'s token (`BRUME_OPERATOR_TOKEN`, or the file `operator.token` in the data folder).' },
  'not-found': { status: 404, title: 'There is nothing here', whatToDo: 'Check path and ids. What belongs to another tenant is answered as if it were not there.' },
  'method-not-allowed': { status: 405, title: 'This path does not know the method', whatToDo: 'Use a method that the header `Allow` names.' },
  'request-timeout': { status: 408, title: 'The request did not arrive in time', whatToDo: 'Send it again; if it was large, in smaller parts.' },
  'idempotency-key-running': { status: 409, title: 'A request with this Idempotency-Key is still running', whatToDo: 'Wait for its answer, or send the same request again after `Retry-After` seconds.' },
  'body-too-large': { status: 413, title: 'The body is too large', whatToDo: 'Send at most 1 MiB a request: split it.' },
  'uri-too-long': { status: 414, title: 'A part of the path is too long', whatToDo: 'Check the ids in the path.' },
  'unsupported-media-type': { status: 415, title: 'The content type is not accepted here', whatToDo: 'Send `application/json`, or `application/jose` where the operation takes a JWS.' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key was used for another request', whatToDo: 'Use a new key for each new request, and the same key only to send the same request again.' },
  'too-many-requests': { status: 429, title: 'Too many requests', whatToDo: 'Send again after `Retry-After` seconds.' },
  'internal-error': { status: 500, title: 'Something failed that should not', whatToDo: 'Send again later. If it lasts, tell the operator the `instance`: the log has the reason under it.' },
  'not-ready': { status: 503, title: 'The service is not ready', whatToDo: 'Wait for what `waitingFor` names.' },
  overloaded: { status: 503, title: 'More arrives than can be taken', whatToDo: 'Send again after `Retry-After` seconds, and more slowly. Nothing of this request was kept.' },
  'storage-full': { status: 503, title: 'The storage is full', whatToDo: 'Send again after `Retry-After` seconds; the operator must make room. Nothing of this request was kept.' },
  'storage-unavailable': { status: 503, title: 'The storage does not answer', whatToDo: 'Send again after `Retry-After` seconds. Nothing of this request was acknowledged.' },
})
