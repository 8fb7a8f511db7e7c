import { Failure, reasonOf } from '../failure.ts';
import { jsonObject, valueText } from '../text/printable.ts';
import { isSystemRunning, readControl } from './running.ts';

/**
 * Sends a request to the supervisor of the system on a folder. Throws a Failure with its complaint, or when no system runs
 * there.
 *
 * @param withinMs the longest wait; unlimited where it is left out
 */
export async function askSupervisor<Answer>(
  dir: string,
  method: string,
  path: string,
  withinMs?: number,
): Promise<Answer> {
  const { url, secret } = readControl(dir);
  const signal = withinMs ? AbortSignal.timeout(withinMs) : null;
  const request = fetch(url + path, { method, signal, headers: { authorization: `Bearer ${secret}` } });
  const response = await request.catch((error: Error) => {
    // It may have been stopped just now; then that is what there is to know.
    if (!isSystemRunning(dir)) readControl(dir);
    throw new Failure(`The supervisor does not answer (${reasonOf(error.cause ?? error)}).`);
  });
  const answer = jsonObject(await response.text()) ?? {};
  if (!response.ok)
    throw new Failure(valueText(answer.message) || `The supervisor answers ${response.status}.`);
  return answer as Answer;
}
