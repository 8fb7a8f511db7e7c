import { generalPanels, topCommand } from '@repo/stack';

// A panel of your own is an object like those in stack/src/top/general-panels.ts.
await topCommand(generalPanels);
