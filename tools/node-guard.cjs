// Runs on any Node, so that an old one hears which to use before a native addon crashes.
if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(`Node ${process.version} is too old for Brume, 24 or newer is needed. Run through npm (npm start, npm test, npx …): on Linux \`npm ci\` brings its own Node 24.`)
  process.exit(1)
}
