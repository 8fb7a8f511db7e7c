// Loaded into the process of every test file: ends it when it takes too long, whatever hangs, and soon after it was
// told to end. By then the runner has been told of the tests that ran.

const TERMINATION_MS = 5_000;
const timeoutMs = Number(process.env.TEST_FILE_TIMEOUT_MS ?? 120_000);

setTimeout(() => {
  const held = process.getActiveResourcesInfo().join(', ');
  console.error(`This file did not end within ${timeoutMs / 1000} s. What keeps its process: ${held}`);
  process.exit(1);
}, timeoutMs).unref();

process.on('SIGTERM', () => {
  setTimeout(() => process.exit(1), TERMINATION_MS).unref();
});
