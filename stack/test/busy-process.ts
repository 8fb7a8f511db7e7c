// The process that profile.test.ts records: each tenth of a second it stops its event loop, and keeps some memory.

const kept: string[][] = [];

function spin(ms: number): number {
  const end = Date.now() + ms;
  let turns = 0;
  while (Date.now() < end) turns++;
  return turns;
}

function stopTheLoop(): void {
  spin(80);
}

function keepMemory(): void {
  kept.push(Array.from({ length: 2_000 }, (_, index) => `kept ${kept.length} ${index}`));
}

setInterval(() => {
  stopTheLoop();
  if (kept.length < 300) keepMemory();
}, 100);
process.send?.('ready');
process.on('disconnect', () => process.exit());
