/** The log: pino, one JSON line an entry in production, readable lines elsewhere. Never give it a token. */
import { type Logger, pino } from "pino";
import pretty from "pino-pretty";

export type { Logger } from "pino";

/** @param level "silent" to "debug". */
export function createLogger(options: { name: string; level: string; readable: boolean }): Logger {
  const { name, level, readable } = options;
  // Synchronous, so that the last lines before an exit are never lost.
  const stream = readable
    ? pretty({ ignore: "pid,hostname,name", translateTime: "SYS:HH:MM:ss", sync: true })
    : pino.destination({ dest: 1, sync: true });
  return pino({ name, level, redact: ["token", "*.token", "authorization", "*.authorization"] }, stream);
}
