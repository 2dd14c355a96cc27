/** A refusal, with MongoDB's own error code. Anything else that is thrown is a bug and is answered as code 1. */
export class MongoError extends Error {
  /** What a failed command or statement is answered with. */
  readonly reply: Record<string, unknown>;

  constructor(code: number, message: string, details: Record<string, unknown> = {}) {
    super(message);
    this.reply = { code, errmsg: message, ...details };
  }

  /** What mingo or a regular expression throws is the client's mistake. */
  static from(error: unknown): MongoError {
    return error instanceof MongoError ? error : new MongoError(2, (error as Error).message);
  }
}
