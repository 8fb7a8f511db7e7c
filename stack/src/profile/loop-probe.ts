/** The time for which a timer of the process was due and did not run, in microseconds of the process's clock. */
export type Late = { from: number; to: number };

/** What the probe has found since `begun`, in microseconds of the process's clock. */
export type ProbeReading = { begun: number; late: Late[] };

/** Shorter delays are the ordinary turn of a busy loop, and the resolution of the samples is one millisecond. */
export const STALL_MS = 50;

const EVERY_MS = 10;
const MOST = 10_000;
const NAME = '__eventLoopProbe';

/**
 * Starts a timer in the process and notes when it runs late: the measure of `perf_hooks.monitorEventLoopDelay`, with the
 * time of each delay. It ends by itself, should this command be killed. Evaluates to the time of its beginning.
 */
export function startProbe(seconds: number): string {
  return `(() => {
    const now = () => Number(process.hrtime.bigint() / 1000n);
    const probe = (globalThis.${NAME} = { begun: now(), late: [] });
    let due = probe.begun + ${EVERY_MS * 1_000};
    probe.timer = setInterval(() => {
      const ran = now();
      if (ran - due > ${STALL_MS * 1_000} && probe.late.length < ${MOST}) probe.late.push({ from: due, to: ran });
      if (ran - probe.begun > ${(seconds + 60) * 1e6}) clearInterval(probe.timer);
      due = now() + ${EVERY_MS * 1_000};
    }, ${EVERY_MS});
    probe.timer.unref();
    return probe.begun;
  })()`;
}

/** Removes the timer. Evaluates to a ProbeReading. */
export const stopProbe = `(() => {
  const { begun, late, timer } = globalThis.${NAME};
  clearInterval(timer);
  delete globalThis.${NAME};
  return { begun, late };
})()`;
