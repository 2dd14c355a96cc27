/** HTTP with the server's coded refusals turned into one kind of error. */

/** The server said no, or could not be asked (`unreachable`). `message` is a sentence for people. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.name = "Refusal";
    this.code = code;
    this.status = status;
  }
}

/** @throws Refusal */
export async function requestJson<T>(path: string, init?: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch {
    throw new Refusal("unreachable", 0, "The server cannot be reached. Is your connection up?");
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok && body !== undefined) return body as T;
  const { code, message } = (body ?? {}) as { code?: unknown; message?: unknown };
  throw new Refusal(
    typeof code === "string" ? code : "unknown",
    response.status,
    typeof message === "string" ? message : `The server answered with status ${response.status}.`,
  );
}
