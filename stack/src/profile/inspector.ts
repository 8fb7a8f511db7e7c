import { Failure } from '../failure.ts';

type Reply = {
  id?: number;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { message: string };
};
type Waiting = { resolve: (result: unknown) => void; reject: (error: Error) => void };

/** A connection to the inspector of a Node process. */
export type Inspector = {
  /**
   * Calls a method of the protocol. Rejects with a Failure when it fails, when the connection is lost, or when there is no
   * reply within a time, of ten seconds by default: a process that is paused never replies.
   */
  send<Result>(method: string, params?: object, withinMs?: number): Promise<Result>;
  /** Evaluates an expression in the process. Its result must be a value that JSON can hold. */
  evaluate<Result>(expression: string): Promise<Result>;
  onEvent(method: string, handle: (params: never) => void): void;
  /** Resolves when the connection is closed, from either side. */
  closed: Promise<void>;
  close(): void;
};

const REPLIES_WITHIN_MS = 10_000;
const CLOSED = 'The process closed its inspector.';

/**
 * Connects to an inspector (https://chromedevtools.github.io/devtools-protocol/v8/).
 *
 * @param url the address that Node writes to the log: ws://127.0.0.1:PORT/ID
 * @throws Failure where no inspector with this id accepts the connection within a few seconds
 */
export async function connectInspector(url: string): Promise<Inspector> {
  const socket = await open(url);
  const waiting = new Map<number, Waiting>();
  const handlers = new Map<string, (params: never) => void>();
  let calls = 0;
  const closed = new Promise<void>((resolve) => {
    socket.addEventListener('close', () => {
      for (const { reject } of waiting.values()) reject(new Failure(CLOSED));
      resolve();
    });
  });
  socket.addEventListener('message', ({ data }) => {
    const { id, method, params, result, error } = JSON.parse(String(data)) as Reply;
    if (method) handlers.get(method)?.(params as never);
    if (id === undefined) return;
    if (error) waiting.get(id)?.reject(new Failure(`The inspector refused a call: ${error.message}.`));
    else waiting.get(id)?.resolve(result);
  });

  async function send<Result>(
    method: string,
    params: object = {},
    withinMs = REPLIES_WITHIN_MS,
  ): Promise<Result> {
    if (socket.readyState !== WebSocket.OPEN) throw new Failure(CLOSED);
    const id = ++calls;
    const reply = Promise.withResolvers<Result>();
    waiting.set(id, reply as Waiting);
    const tooLate = new Failure(
      `The process did not reply to ${method} within ${withinMs / 1_000} s: is it paused?`,
    );
    const timer = setTimeout(() => reply.reject(tooLate), withinMs);
    socket.send(JSON.stringify({ id, method, params }));
    return reply.promise.finally(() => {
      clearTimeout(timer);
      waiting.delete(id);
    });
  }

  return {
    send,
    async evaluate<Result>(expression: string) {
      type Evaluated = { result: { value: Result }; exceptionDetails?: { text: string } };
      const { result, exceptionDetails } = await send<Evaluated>('Runtime.evaluate', {
        expression,
        returnByValue: true,
      });
      if (exceptionDetails)
        throw new Failure(`An evaluation in the process failed: ${exceptionDetails.text}.`);
      return result.value;
    },
    onEvent: (method, handle) => void handlers.set(method, handle),
    closed,
    close: () => socket.close(),
  };
}

const CONNECT_WITHIN_MS = 5_000;

function open(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url);
  return new Promise((resolve, reject) => {
    const fail = () => {
      socket.close();
      reject(new Failure(`There is no inspector at ${url}.`));
    };
    const tooLate = setTimeout(fail, CONNECT_WITHIN_MS);
    socket.addEventListener('open', () => {
      clearTimeout(tooLate);
      resolve(socket);
    });
    socket.addEventListener('error', () => {
      clearTimeout(tooLate);
      fail();
    });
  });
}
