// Loaded into the process of every test file: ends the process when it runs too long, and soon after a signal to end. The
// runner has the results of the finished tests by then.

const TERMINATION_MS = 5_000;
const timeoutMs = Number(process.env.TEST_FILE_TIMEOUT_MS ?? 300_000);

setTimeout(() => {
  const held = process.getActiveResourcesInfo().join(', ');
  console.error(`This file did not end within ${timeoutMs / 1000} s. What keeps its process: ${held}`);
  process.exit(1);
}, timeoutMs).unref();

process.on('SIGTERM', () => {
  setTimeout(() => process.exit(1), TERMINATION_MS).unref();
});
