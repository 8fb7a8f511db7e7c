import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

export interface FloorProcess {
  pid: number;
  /** Its address; empty for a process that does not listen. */
  url: string;
  stop(): Promise<void>;
}

const folder = resolve(import.meta.dirname, '../../floors');

/** Starts a process of `floors/`, and waits until it is ready. */
export async function startFloor(
  name: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<FloorProcess> {
  const child = fork(resolve(folder, `${name}.ts`), {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  child.stderr?.on('data', (chunk) => {
    // During a shutdown its servers stop before it does.
    if (!signal.aborted) process.stderr.write(chunk);
  });
  const kill = () => child.kill('SIGKILL');
  signal.addEventListener('abort', kill);
  const [message] = await Promise.race([once(child, 'message'), refusal(child, name)]);
  return {
    pid: child.pid as number,
    url: (message as { url: string }).url,
    async stop() {
      signal.removeEventListener('abort', kill);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      kill();
      await ended;
    },
  };
}

async function refusal(child: ChildProcess, name: string): Promise<never> {
  const [status] = await once(child, 'exit');
  throw new Error(`The floor ${name} exited with ${status} before it was ready.`);
}
