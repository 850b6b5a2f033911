/** Prints on what the checks run; through bootstrap it also installs the dependencies. */
process.stdout.write(`Node ${process.versions.node} on ${process.platform} ${process.arch}\n`)
