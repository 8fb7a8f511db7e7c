/**
 * Decides whether one more order may be placed. To take an order costs a tenth of what it costs to finish it, so that
 * a service which takes all that it can take finishes ever less: what is bounded is how many are on their way.
 */
export interface Admission {
  /** The most orders that may be on their way. */
  readonly limit: number;
  /** How many are: as they were counted last, with all that this process has taken since. */
  open(): number;
  hasRoom(): boolean;
  /** Lets in one order, if there is room; answers what is to be told whether it was placed. */
  enter(): ((isPlaced: boolean) => void) | undefined;
  /** Begins a count of the orders that are on their way; answers what is to be told how many there are. */
  beginCount(): (open: number) => void;
}

export function createAdmission(limit: number): Admission {
  let counted = 0;
  let inHand = 0;
  /** Those that were not yet placed when the last count began: it may have missed them. */
  let taken = 0;
  const open = () => counted + taken;
  const hasRoom = () => open() < limit;

  return {
    limit,
    open,
    hasRoom,
    enter() {
      if (!hasRoom()) return undefined;
      taken++;
      inHand++;
      return (isPlaced) => {
        inHand--;
        if (!isPlaced) taken--;
      };
    },
    beginCount() {
      const placedBefore = taken - inHand;
      return (found) => {
        counted = found;
        taken -= placedBefore;
      };
    },
  };
}
