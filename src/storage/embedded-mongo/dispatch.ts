/**
 * From a message to the bytes of its reply: finds the command, answers a repeated retryable write as it was answered
 * before, and turns refusals into error documents. A write's reply is kept in the same commit as the write itself,
 * so a retry is executed once also after kill -9. Throws for a failing store only. There are no transactions.
 */
import { Long } from "bson";
import { adminCommands } from "./admin-commands.ts";
import { type Doc, isDoc } from "./bson-values.ts";
import type { Database } from "./collection.ts";
import { type Command, type Context, sessionOf } from "./command.ts";
import { type Cursors, encodeReply } from "./cursors.ts";
import { MongoError } from "./mongo-error.ts";
import { readCommands } from "./read-commands.ts";
import { writeCommands } from "./write-commands.ts";

const commands = new Map<string, Command>(
  Object.entries({ ...adminCommands, ...readCommands, ...writeCommands }),
);

export interface Services {
  database: Database;
  cursors: Cursors;
  address: string;
}

export function answer(command: Doc, services: Services): Uint8Array {
  try {
    return execute(command, services);
  } catch (error) {
    // Memory is ahead of the file: the process has to end.
    if ((error as { code?: unknown }).code === "ERR_SQLITE_ERROR") throw error;
    const refusal = error instanceof MongoError ? error : new MongoError(1, String(error));
    return encodeReply({ ok: 0, ...refusal.reply });
  }
}

function execute(command: Doc, services: Services): Uint8Array {
  const [name = ""] = Object.keys(command);
  const { $db: db, autocommit } = command;
  if (autocommit !== undefined || /^(commit|abort)Transaction$/.test(name))
    throw new MongoError(263, "the embedded server has no transactions");
  const run = commands.get(name);
  if (!run) throw new MongoError(59, `no such command: '${name}'`);
  if (typeof db !== "string") throw new MongoError(40414, "BSON field '$db' is missing");
  const context: Context = { ...services, name, db, command, now: Date.now() };
  const { store } = services.database;
  const write = retryableWrite(context);
  const last = write && store.session(write.session);
  if (last && last.txn === write.txn) return last.reply;
  if (last && last.txn > write.txn)
    throw new MongoError(225, `a newer retryable write than txnNumber ${write.txn} has started`);
  const reply = encodeReply({ ...run(context), ok: 1 });
  if (write) store.write("putSession", write.session, String(write.txn), context.now, reply);
  return reply;
}

function retryableWrite({ name, command }: Context): { session: string; txn: bigint } | undefined {
  const { txnNumber, lsid } = command;
  if (txnNumber === undefined) return undefined;
  if (!Object.hasOwn(writeCommands, name))
    throw new MongoError(50768, `txnNumber is for retryable writes, not ${name}`);
  if (!(txnNumber instanceof Long) || !isDoc(lsid))
    throw new MongoError(72, "txnNumber must be an int64 and needs an lsid");
  return { session: sessionOf(lsid), txn: txnNumber.toBigInt() };
}
