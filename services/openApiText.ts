export const openApiText = {
  title: 'Brume',
  version: '1',
  description: 'Blockchain-as-a-Service for IoT: hosted chains, signed readings in, offline proofs out.',
}
