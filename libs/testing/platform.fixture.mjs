// Stands in for the platform's process where only its life is under test: argv[2] says how it behaves.
const [, , how] = process.argv
if (how === 'fails') {
  console.error('no room on the disk')
  process.exit(3)
}
// Before it says that it is ready, for then it may be told to end.
process.on('SIGTERM', () => process.exit(0))
if (how !== 'silent') console.log('some log line\nready http://127.0.0.1:4242\nmore')
setInterval(() => undefined, 1_000)
