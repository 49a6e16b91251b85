/** `node -r ./test/support/exit-with-parent.cjs …`: ends the process when its standard input does, so also when the test run is killed. */
process.stdin.once('end', () => process.exit(1)).resume();
process.stdin.unref();
