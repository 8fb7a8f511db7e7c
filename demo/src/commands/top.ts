import { topCommand } from '@repo/stack';
import { panels } from '../top-panels.ts';

await topCommand(panels);
