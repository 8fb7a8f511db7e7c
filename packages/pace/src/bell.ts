/** Lets one part of a process wake another that waits for work. */
export interface Bell {
  /** Ends the wait that is under way, or makes the next one end at once. */
  ring(): void;
  /** Waits until the bell rings, at most so many milliseconds. */
  wait(timeoutMs: number): Promise<void>;
}

export function createBell(): Bell {
  let rung = false;
  let end: (() => void) | undefined;

  return {
    ring() {
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
