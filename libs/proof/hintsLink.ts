import type { PublicJwk } from '@brume/envelope'
import { samePublicJwk } from '@brume/envelope'
import { formatVerifierKey } from '@brume/merkle'
import type { Link } from './link.ts'
import { judged, link } from './link.ts'
import type { ProofHints } from './proof.ts'
import type { Trust } from './trust.ts'

/** Nothing is believed because a hint says it; but a file that says it is of another ledger or chain is refused by its own words. */
export function hintsLink(hints: ProofHints, trust: Trust): Link {
  return judged('hints', mismatch(hints, trust), 'the file names the same ledger, keys and contract as the trust file')
}

function mismatch({ origin, verifierKey, platformKeys, contract }: ProofHints, { ledger, platformKeys: trusted, chain }: Trust): string | undefined {
  if (origin !== ledger.origin) return `the file is of the ledger ${JSON.stringify(origin)}`
  if (verifierKey !== formatVerifierKey(ledger.verifierKey)) return 'the file names another ledger key'
  if (!platformKeys.every((jwk: PublicJwk) => trusted.some((key) => samePublicJwk(key, jwk)))) return 'the file names a platform key that is not trusted'
  return contract === chain.contract ? undefined : `the file names the contract ${contract}`
}

/** See `Trust.chain.eip155`: the id cannot be verified. */
export function networkLink({ eip155 }: ProofHints, { chain }: Trust): Link {
  if (eip155 !== chain.eip155) return link('network', 'refused', `the file is of the EIP-155 network ${eip155}, trusted is ${chain.eip155}`)
  return link('network', 'taken-on-trust', `no receipt carries the EIP-155 id ${eip155}; only a trusted block hash binds a proof to one network`)
}
