/** Lets one part of a process wake another that waits for work. */
export interface WakeSignal {
  /** Ends the current wait, or makes the next one end at once. */
  notify(): void;
  /** Waits for `notify`, at most so many milliseconds. */
  wait(timeoutMs: number): Promise<void>;
}

export function createWakeSignal(): WakeSignal {
  let isNotified = false;
  let end: (() => void) | undefined;

  return {
    notify() {
      isNotified = true;
      end?.();
    },
    async wait(timeoutMs) {
      if (!isNotified) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, timeoutMs);
          end = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      isNotified = false;
      end = undefined;
    },
  };
}
