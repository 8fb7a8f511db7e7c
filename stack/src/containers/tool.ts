// The commands that look at a running system from outside, for a container beside it: node tool.ts order --sku MOUSE

const tools = ['order', 'token', 'events', 'dead-letters'];
const [name = '', ...args] = process.argv.slice(2);
if (tools.includes(name)) {
  process.argv = [process.argv[0] as string, name, ...args];
  await import(`../commands/${name}.ts`);
} else {
  console.error(`Say what to do: ${tools.join(', ')}. Each answers --help.`);
  process.exitCode = 1;
}
