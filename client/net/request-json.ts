/**
 * HTTP with the server's coded refusals turned into one kind of error. A request that is not answered in time counts
 * as a server that cannot be reached: what became of it is not known.
 */

const ANSWER_TIMEOUT_MS = 15_000;

/** The server said no, or could not be asked (`unreachable`, status 0). `message` is a sentence for people. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.name = "Refusal";
    this.code = code;
    this.status = status;
  }

  /** Whether the request may have been carried out although it failed, or may succeed when it is simply repeated. */
  get undecided(): boolean {
    return this.status === 0 || this.status >= 500 || this.status === 408 || this.status === 429;
  }
}

/** @throws Refusal */
export async function requestJson<T>(path: string, init: RequestInit = {}): Promise<T> {
  const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(path, { ...init, signal });
    body = await readJson(response);
  } catch {
    throw new Refusal("unreachable", 0, "The server cannot be reached. Is your connection up?");
  }
  if (response.ok && body !== undefined) return body as T;
  const { code, message } = (body ?? {}) as { code?: unknown; message?: unknown };
  throw new Refusal(
    typeof code === "string" ? code : "unknown",
    response.status,
    typeof message === "string" ? message : `The server answered with status ${response.status}.`,
  );
}

/** @returns undefined for what is no JSON; throws when the body stops arriving. */
async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
