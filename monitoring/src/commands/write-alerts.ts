// npm run alerts: writes the rules of Prometheus.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ruleFiles } from '../alerts/rules.ts';

const usage = `
npm run alerts [-- --speed 60 --to FOLDER]

Writes the objectives and alerts of monitoring/src/alerts as rules of Prometheus.

  --speed N     makes all times of the rules N times shorter, for a trial; needs --to
  --to FOLDER   the folder of the files (monitoring/prometheus/rules)
`;

const committed = resolve(import.meta.dirname, '../../prometheus/rules');

try {
  process.exitCode = run();
} catch (error) {
  console.error(`${(error as Error).message}\n${usage}`);
  process.exitCode = 1;
}

function run(): number {
  const { values } = parseArgs({
    options: {
      speed: { type: 'string', default: '1' },
      to: { type: 'string', default: committed },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    console.log(usage.trim());
    return 0;
  }
  const speed = Number(values.speed);
  if (!(speed >= 1 && speed <= 120)) throw new Error(`--speed is from 1 to 120, unlike "${values.speed}".`);
  if (speed !== 1 && values.to === committed)
    throw new Error('The rules of production keep their times: give another folder with --to.');
  mkdirSync(values.to, { recursive: true });
  for (const [name, text] of ruleFiles({ speed })) {
    writeFileSync(join(values.to, name), text);
    console.log(`wrote ${relative(process.cwd(), join(values.to, name))}`);
  }
  return 0;
}
