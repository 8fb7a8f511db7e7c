import { lessIdle, totalSeconds } from '../cost/cost.ts';
import { highestSustained } from '../figures/search.ts';
import type { Result } from '../measure.ts';

/** The figures by which two commits are compared, by name; figures that were not measured are missing. */
export type KeyFigures = Record<string, number>;

/** A run need not have measured everything. */
export function keyFiguresOf({ floors, idle, alone, knee, search }: Partial<Result>): KeyFigures {
  const figures: Record<string, number | undefined> = {
    'POST without consumers: orders/s': floors?.posts.perSecond,
    'idle: processor seconds a second': idle && totalSeconds(idle) / idle.seconds,
    'idle: statements a second': idle && idle.statements / idle.seconds,
    ...(idle && alone && figuresAlone(alone, idle)),
    'knee: confirmed orders/s': knee?.knee.confirmedPerSecond,
    ...(knee && figuresAtHalf(knee.half)),
    'most orders/s confirmed within 500 ms (p99)': search && highestSustained(search),
  };
  return Object.fromEntries(
    Object.entries(figures).filter((entry): entry is [string, number] => Number.isFinite(entry[1])),
  );
}

function figuresAlone(alone: NonNullable<Result['alone']>, idle: NonNullable<Result['idle']>): KeyFigures {
  const cost = lessIdle(alone.cost, idle);
  return {
    'alone: processor ms an order, less idle': (totalSeconds(cost) / cost.confirmed) * 1_000,
    'alone: statements an order': alone.cost.statements / cost.confirmed,
    'alone: transactions an order': alone.cost.transactions / cost.confirmed,
    'alone: transactions that wrote, an order': alone.cost.writes / cost.confirmed,
    'alone: confirmed p50 ms': alone.confirmed.p50,
    'alone: answered p50 ms': alone.answered.p50,
  };
}

function figuresAtHalf({ cost, confirmed, answered }: NonNullable<Result['knee']>['half']): KeyFigures {
  return {
    'half of the knee: confirmed p50 ms': confirmed.p50,
    'half of the knee: confirmed p99 ms': confirmed.p99,
    'half of the knee: answered p99 ms': answered.p99,
    'half of the knee: processor ms an order': (totalSeconds(cost) / cost.confirmed) * 1_000,
    'half of the knee: statements an order': cost.statements / cost.confirmed,
    'half of the knee: machine busy': cost.busy,
  };
}
