/** Lets one part of a process wake another that waits for work. */
export interface WakeSignal {
  /** Ends the wait that is under way, or makes the next one end at once. */
  notify(): void;
  /** Waits until the bell rings, at most so many milliseconds. */
  wait(timeoutMs: number): Promise<void>;
}

export function createWakeSignal(): WakeSignal {
  let rung = false;
  let end: (() => void) | undefined;

  return {
    notify() {
      rung = true;
      end?.();
    },
    async wait(timeoutMs) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, timeoutMs);
          end = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      rung = false;
      end = undefined;
    },
  };
}
