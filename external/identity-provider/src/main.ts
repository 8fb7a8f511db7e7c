import closeWithGrace from 'close-with-grace';
import { buildApp } from './app.ts';
import { explain, readConfig } from './config.ts';

try {
  const config = readConfig(process.env);
  const app = await buildApp(config);
  closeWithGrace({ delay: 5000 }, async ({ err }) => {
    if (err) process.stderr.write(`${err.stack}\n`);
    await app.close();
  });
  const url = await app.listen();
  process.stdout.write(`${JSON.stringify({ level: 30, msg: 'listening', url })}\n`);
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}
