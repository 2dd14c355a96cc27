/**
 * Tells an outage from a bug: the database or what stands before it is away, full or misconfigured, and what was tried
 * is worth trying again. Errors are told by name, code and label, not by class: they come through several packages. An
 * error's `cause` is looked at as well, so that wrapping an outage does not hide it. Pure.
 */

const DEEPEST_CAUSE = 5;

const OUTAGE_NAMES: ReadonlySet<string> = new Set([
  "MongoNetworkError",
  "MongoNetworkTimeoutError",
  "MongoServerSelectionError",
  "MongooseServerSelectionError",
  "MongoOperationTimeoutError",
  "MongoNotConnectedError",
  "MongoTopologyClosedError",
  "MongoServerClosedError",
  "MongoClientClosedError",
  "MongoStalePrimaryError",
  "MongoPoolClosedError",
  "MongoPoolClearedError",
  "PoolClearedOnNetworkError",
  "MongoWaitQueueTimeoutError",
]);

const OUTAGE_LABELS: readonly string[] = [
  "RetryableWriteError",
  "TransientTransactionError",
  "RetryableError",
  "SystemOverloadedError",
];

/** MongoDB's codes (its file error_codes.yml) of a server that cannot take a write now, whatever the write is. */
const OUTAGE_SERVER_CODES: ReadonlySet<number> = new Set([
  6, // HostUnreachable
  7, // HostNotFound
  13, // Unauthorized: credentials are put right by people, not by giving the result up
  18, // AuthenticationFailed
  24, // LockTimeout
  50, // MaxTimeMSExpired
  64, // WriteConcernTimeout
  89, // NetworkTimeout
  91, // ShutdownInProgress
  100, // UnsatisfiableWriteConcern
  112, // WriteConflict
  133, // FailedToSatisfyReadPreference
  134, // ReadConcernMajorityNotAvailableYet
  189, // PrimarySteppedDown
  262, // ExceededTimeLimit
  391, // ReauthenticationRequired
  9001, // SocketException
  10_058, // LegacyNotPrimary
  10_107, // NotWritablePrimary
  11_600, // InterruptedAtShutdown
  11_601, // Interrupted
  11_602, // InterruptedDueToReplStateChange
  13_435, // NotPrimaryNoSecondaryOk
  13_436, // NotPrimaryOrSecondary
  14_031, // OutOfDiskSpace
]);

/** Codes of `errors.ts`, and Node's of connections and of a machine that has run out of something. */
const OUTAGE_CODES: ReadonlySet<string> = new Set([
  "board_unavailable",
  "overloaded",
  "storage_unavailable",
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EMFILE",
  "ENFILE",
  "ENOSPC",
]);

/** Mongoose has one name for all its errors; these say that there is no connection. */
const NOT_CONNECTED =
  /buffering timed out|before initial connection|not connected|connection was force closed/i;

export function isOutage(error: unknown): boolean {
  let current = error;
  for (let depth = 0; depth < DEEPEST_CAUSE && current instanceof Error; depth += 1) {
    if (isOneOutage(current)) return true;
    current = current.cause;
  }
  return false;
}

interface ErrorParts {
  name: string;
  message: string;
  code: unknown;
  labels: readonly unknown[];
}

function partsOf(error: unknown): ErrorParts {
  const { name, message, code, errorLabels } = (error ?? {}) as Record<string, unknown>;
  return {
    name: String(name),
    message: String(message),
    code,
    labels: Array.isArray(errorLabels) ? errorLabels : [],
  };
}

function isOneOutage(error: Error): boolean {
  const { name, message, code, labels } = partsOf(error);
  if (OUTAGE_NAMES.has(name)) return true;
  if (OUTAGE_LABELS.some((label) => labels.includes(label))) return true;
  if (typeof code === "number" && name.startsWith("Mongo")) return OUTAGE_SERVER_CODES.has(code);
  if (typeof code === "string" && OUTAGE_CODES.has(code)) return true;
  return name === "MongooseError" && NOT_CONNECTED.test(message);
}
