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
  const { response, bytes } = await request(path, init);
  const body = readJson(bytes);
  if (response.ok && body !== undefined) return body as T;
  throw refusalOf(response, body);
}

/** @throws Refusal */
export async function requestBytes(path: string, init: RequestInit = {}): Promise<Uint8Array<ArrayBuffer>> {
  const { response, bytes } = await request(path, init);
  if (response.ok) return bytes;
  throw refusalOf(response, readJson(bytes));
}

/** @throws Refusal when there is no answer, or it stops arriving. */
async function request(
  path: string,
  init: RequestInit,
): Promise<{ response: Response; bytes: Uint8Array<ArrayBuffer> }> {
  const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
  try {
    const response = await fetch(path, { ...init, signal });
    return { response, bytes: new Uint8Array(await response.arrayBuffer()) };
  } catch {
    throw new Refusal("unreachable", 0, "The server cannot be reached. Is your connection up?");
  }
}

function refusalOf(response: Response, body: unknown): Refusal {
  const { code, message } = (body ?? {}) as { code?: unknown; message?: unknown };
  return new Refusal(
    typeof code === "string" ? code : "unknown",
    response.status,
    typeof message === "string" ? message : `The server answered with status ${response.status}.`,
  );
}

/** @returns undefined for what is no JSON. */
function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
