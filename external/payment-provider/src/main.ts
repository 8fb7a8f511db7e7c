import closeWithGrace from 'close-with-grace';
import { buildApp } from './app.ts';
import { explain, readConfig } from './config.ts';

try {
  const { file, host, port } = readConfig(process.env);
  const app = buildApp({ file });
  closeWithGrace({ delay: 5000 }, async ({ err }) => {
    if (err) app.log.fatal(err);
    await app.close();
  });
  const url = await app.listen({ host, port });
  process.stdout.write(`${JSON.stringify({ level: 30, msg: 'listening', url })}\n`);
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}
