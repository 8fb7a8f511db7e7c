import closeWithGrace from 'close-with-grace';
import { buildApp } from './app.ts';
import { explain, readConfig } from './config.ts';

try {
  const config = readConfig(process.env);
  const app = buildApp(config);
  closeWithGrace({ delay: 5000 }, async ({ err }) => {
    if (err) app.log.fatal(err);
    await app.close();
  });
  const addresses = await app.listen();
  process.stdout.write(`${JSON.stringify({ level: 30, msg: 'listening', ...addresses })}\n`);
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}
