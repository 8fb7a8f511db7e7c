import { domain } from './domain/domain.ts';
import type { Objective } from './objective.ts';
import { answered, fast } from './objectives.ts';

/** The objectives of every system of services, and those of the domain. */
export const objectives: readonly Objective[] = [answered, fast, ...domain.objectives];
