/**
 * Builds the configuration of a server, once: the game's `defineArena` object, then the environment over it, then
 * the check against the closed schema, then the rules of production. The result is frozen. This file alone reads the
 * environment. Every refusal names the key, the value it had (never a secret's) and what was expected.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { ArenaError } from "../errors.ts";
import { type ArenaConfig, type ArenaConfigInput, configSchema } from "./config-schema.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a game's own settings from the environment; a wrong value stops the start like one of ours. */
export interface EnvironmentReader {
  string(name: string, fallback: string): string;
  /** @param range both ends included. */
  number(name: string, fallback: number, range?: { min?: number; max?: number }): number;
}

/** What `defineArena` takes: the configuration, or a function that makes it from the environment. */
export type ArenaDefinition = ArenaConfigInput | ((env: EnvironmentReader) => ArenaConfigInput);

interface Variable {
  name: string;
  path: readonly [string] | readonly [string, string];
  parse: (text: string) => unknown;
  secret?: boolean;
}

const text = (value: string): unknown => value;
/** What is no number stays text, so that the refusal shows it. */
const numeric = (value: string): unknown =>
  value.trim() !== "" && Number.isFinite(Number(value)) ? Number(value) : value;
const processes = (value: string): unknown => (value === "auto" ? value : numeric(value));
const list = (value: string): unknown =>
  value
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");

const onOrOff = (value: string): unknown => (["on", "off"].includes(value) ? value === "on" : value);
/** Comma-separated; user and password of a TURN server stand before the host: turn:user:password@host:3478. */
const iceServers = (value: string): unknown =>
  (list(value) as string[]).map((entry) => {
    const [, scheme, username, credential, host] = /^(turns?:)([^:@]+):([^@]+)@(.+)$/.exec(entry) ?? [];
    return host === undefined ? { urls: entry } : { urls: `${scheme}${host}`, username, credential };
  });

/** Every environment variable of the framework. An empty one counts as unset. */
export const VARIABLES: readonly Variable[] = [
  { name: "NODE_ENV", path: ["environment"], parse: text },
  { name: "PORT", path: ["transport", "port"], parse: numeric },
  { name: "HOST", path: ["transport", "host"], parse: text },
  { name: "ARENA_PUBLIC_ADDRESS", path: ["transport", "publicAddress"], parse: text },
  { name: "ARENA_ALLOWED_ORIGINS", path: ["transport", "allowedOrigins"], parse: list },
  { name: "ARENA_TRUSTED_PROXY_HOPS", path: ["transport", "trustedProxyHops"], parse: numeric },
  { name: "ARENA_NET", path: ["transport", "conditions"], parse: text },
  { name: "ARENA_LANE", path: ["lane", "enabled"], parse: onOrOff },
  { name: "ARENA_ICE_SERVERS", path: ["lane", "iceServers"], parse: iceServers, secret: true },
  { name: "ARENA_BUILD", path: ["build"], parse: text },
  { name: "ARENA_LOG_LEVEL", path: ["logLevel"], parse: text },
  { name: "ARENA_DATA_DIR", path: ["storage", "dataDir"], parse: text },
  { name: "MONGODB_URI", path: ["storage", "mongodbUri"], parse: text, secret: true },
  { name: "REDIS_URL", path: ["cluster", "redisUrl"], parse: text, secret: true },
  { name: "ARENA_JWT_SECRET", path: ["auth", "secret"], parse: text, secret: true },
  { name: "ARENA_OPERATOR_PASSWORD", path: ["operators", "password"], parse: text, secret: true },
  { name: "ARENA_PROCESSES", path: ["cluster", "processes"], parse: processes },
  { name: "ARENA_DRAIN_TIMEOUT_MS", path: ["cluster", "drainTimeoutMs"], parse: numeric },
  { name: "ARENA_REGIONS", path: ["matchmaking", "regions"], parse: list },
  { name: "ARENA_GUESTS_PER_MINUTE", path: ["limits", "guestsPerMinute"], parse: numeric },
  { name: "ARENA_MATCHMAKES_PER_MINUTE", path: ["limits", "matchmakesPerMinute"], parse: numeric },
  { name: "ARENA_SOCKETS_PER_ADDRESS", path: ["limits", "socketsPerAddress"], parse: numeric },
  { name: "ARENA_API_REQUESTS_PER_MINUTE", path: ["limits", "apiRequestsPerMinute"], parse: numeric },
];

/**
 * @param env the process's environment by default; a test may hand another.
 * @throws ArenaError `config_invalid` or `production_refused`.
 */
export function loadConfig(definition: ArenaDefinition, env: Environment = process.env): ArenaConfig {
  const written = typeof definition === "function" ? definition(environmentReader(env)) : definition;
  const merged = applyEnvironment(written, env);
  const checked = configSchema.safeParse(merged);
  if (!checked.success)
    throw new ArenaError("config_invalid", describeIssues(checked.error.issues, merged, env));
  if (checked.data.environment === "production") refuseDevelopmentSettings(checked.data);
  const { secret = developmentSecret(checked.data.storage.dataDir) } = checked.data.auth;
  return deepFreeze({ ...checked.data, auth: { ...checked.data.auth, secret } });
}

/** This process's environment with other values, for a child. */
export function environmentWith(values: Readonly<Record<string, string>>): Environment {
  return { ...process.env, ...values };
}

function applyEnvironment(written: ArenaConfigInput, env: Environment): unknown {
  const merged: Record<string, unknown> = { ...written };
  for (const { name, path, parse } of VARIABLES) {
    const value = env[name];
    if (value === undefined || value === "") continue;
    const [section, key] = path;
    const before = merged[section] ?? {};
    if (key === undefined) merged[section] = parse(value);
    // A section that is no object stays as it is, for the schema to refuse.
    else if (typeof before === "object") merged[section] = { ...before, [key]: parse(value) };
  }
  return merged;
}

function describeIssues(issues: readonly z.core.$ZodIssue[], merged: unknown, env: Environment): string {
  return issues.map((issue) => describeIssue(issue, merged, env)).join("; ");
}

function describeIssue(issue: z.core.$ZodIssue, merged: unknown, env: Environment): string {
  const key = issue.path.join(".");
  const variable = VARIABLES.find((entry) => entry.path.join(".") === key);
  const source =
    variable && env[variable.name] ? `${key} (from ${variable.name})` : key || "the configuration";
  if (issue.code === "unrecognized_keys") {
    return `${[key, issue.keys[0]].filter(Boolean).join(".")}: there is no such key`;
  }
  const value = issue.path.reduce<unknown>(
    (node, step) => (node as Record<PropertyKey, unknown> | undefined)?.[step],
    merged,
  );
  // A whole section that is wrong may be a secret in the wrong place.
  const mayBeSecret =
    key.startsWith("operators.accounts") ||
    VARIABLES.some(({ secret, path }) => secret && (path[0] === key || path.join(".") === key));
  const shown = mayBeSecret ? "(hidden)" : (JSON.stringify(value) ?? "nothing");
  return `${source}: got ${shown}, ${issue.message.replace(/^Invalid input: /, "").replace(/^Too (big|small): /, "")}`;
}

function refuseDevelopmentSettings(config: z.output<typeof configSchema>): void {
  const missing: string[] = [];
  if (config.storage.mongodbUri === undefined)
    missing.push("storage.mongodbUri (MONGODB_URI): the embedded database is for development");
  if (config.auth.secret === undefined)
    missing.push("auth.secret (ARENA_JWT_SECRET): a secret of your own, 32 characters or more");
  const { password, accounts } = config.operators;
  if (password === undefined && !Object.values(accounts).some(({ role }) => role === "operator")) {
    missing.push("operators.password (ARENA_OPERATOR_PASSWORD): the monitor would be open to everyone");
  }
  if (config.transport.conditions !== undefined)
    missing.push("a network as it is: transport.conditions (ARENA_NET) is for development");
  if (missing.length > 0) throw new ArenaError("production_refused", `Missing: ${missing.join("; ")}.`);
}

/** Kept beside the embedded database, so that development tokens outlive a restart. */
function developmentSecret(dataDir: string): string {
  const file = join(dataDir, "jwt-secret");
  mkdirSync(dataDir, { recursive: true });
  const kept = existsSync(file) ? readFileSync(file, "utf8") : "";
  // A crash in the middle of writing may have left a part of one.
  if (kept.length === 64) return kept;
  const made = randomBytes(32).toString("hex");
  writeFileSync(file, made, { mode: 0o600 });
  return made;
}

function environmentReader(env: Environment): EnvironmentReader {
  return {
    string: (name, fallback) => env[name] || fallback,
    number: (name, fallback, { min = -Infinity, max = Infinity } = {}) => {
      const given = env[name];
      if (given === undefined || given === "") return fallback;
      const value = Number(given);
      if (given.trim() !== "" && value >= min && value <= max) return value;
      throw new ArenaError(
        "config_invalid",
        `${name}: got ${JSON.stringify(given)}, expected a number from ${min} to ${max}`,
      );
    },
  };
}

function deepFreeze<T>(value: T): T {
  // Room options belong to the game, and classes must stay as they are.
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const [key, child] of Object.entries(value)) {
    if (key !== "options") deepFreeze(child);
  }
  return Object.freeze(value);
}
