// The commands that use a running system from outside, for a container: node demo/src/containers/tool.ts events

import { tools } from '@repo/stack/topology';

const [name = '', ...args] = process.argv.slice(2);
if (tools.includes(name)) {
  process.argv = [process.argv[0] as string, name, ...args];
  await import(`@repo/stack/commands/${name}`);
} else {
  console.error(`Choose a command: ${tools.join(', ')}. Each has --help.`);
  process.exitCode = 1;
}
