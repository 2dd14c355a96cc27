/**
 * Who may see operators' pages and call their API: HTTP Basic, user "operator" with the password of the configuration, or
 * an account with a role of its own. Passwords are compared in constant time; an address that fails `MOST_FAILURES` times
 * in a minute is refused until the minute is over, whatever it sends. Where no password is configured at all (development) the pages answer browsers on this
 * machine only, as "operator".
 *
 * Browsers send a password that was given once for any page that asks, so requests that another site caused are refused
 * before it is looked at.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { NextFunction, Request, RequestHandler, Response } from "express";
import { ERRORS, type ErrorCode, errorBody } from "../errors.ts";

/** Each may what those before it may: read the metrics, review cases, everything. */
export const OPERATOR_ROLES = ["metrics", "reviewer", "operator"] as const;
export type OperatorRole = (typeof OPERATOR_ROLES)[number];

export interface Operator {
  name: string;
  role: OperatorRole;
}

export interface OperatorGuardOptions {
  /** Of the user "operator". */
  password?: string | undefined;
  accounts: Readonly<Record<string, { password: string; role: OperatorRole }>>;
}

const MOST_FAILURES = 20;
const FAILURES_MS = 60_000;
/** Of more addresses than that all are forgotten. */
const MOST_ADDRESSES = 10_000;

/** @returns makes the middlewares that let in whoever has at least that role. */
export function operatorGuard(options: OperatorGuardOptions): (role: OperatorRole) => RequestHandler[] {
  const accounts = new Map(Object.entries(options.accounts));
  if (options.password !== undefined)
    accounts.set("operator", { password: options.password, role: "operator" });
  const key = randomBytes(32);
  const digest = (text: string): Buffer => createHmac("sha256", key).update(text).digest();
  const known = new Map(
    [...accounts].map(([name, { password, role }]) => [name, { role, password: digest(password) }]),
  );
  const failures = new Map<string, number>();
  let forgottenAt = 0;
  const nobody = digest(randomBytes(32).toString("hex"));

  const signIn = (request: Request): Operator | undefined => {
    const encoded = /^Basic ([A-Za-z0-9+/]+=*)$/i.exec(request.get("authorization") ?? "")?.[1] ?? "";
    const [, name = "", password = ""] =
      /^([^:]*):([\s\S]*)$/.exec(Buffer.from(encoded, "base64").toString()) ?? [];
    const account = known.get(name);
    // Also for unknown names, so that time tells nothing of who exists.
    const matches = timingSafeEqual(digest(password), account?.password ?? nobody);
    return account && matches ? { name, role: account.role } : undefined;
  };

  return (role) => {
    const checkOperator = (request: Request, response: Response, next: NextFunction): void => {
      const address = request.ip ?? "";
      if (Date.now() >= forgottenAt || failures.size >= MOST_ADDRESSES) {
        failures.clear();
        forgottenAt = Date.now() + FAILURES_MS;
      }
      if ((failures.get(address) ?? 0) >= MOST_FAILURES) {
        response.set("Retry-After", "60");
        return refuse(response, "rate_limited");
      }
      const operator = known.size === 0 ? { name: "operator", role: "operator" as const } : signIn(request);
      if (!operator) {
        // Browsers ask without a password first.
        if (request.get("authorization") !== undefined)
          failures.set(address, (failures.get(address) ?? 0) + 1);
        response.set("WWW-Authenticate", 'Basic realm="colyseus-arena", charset="UTF-8"');
        return refuse(response, "operator_unknown");
      }
      if (OPERATOR_ROLES.indexOf(operator.role) < OPERATOR_ROLES.indexOf(role))
        return refuse(response, "operator_role");
      response.locals["operator"] = operator;
      return next();
    };
    return known.size === 0
      ? [refuseOtherSites, refuseOtherMachines, checkOperator]
      : [refuseOtherSites, checkOperator];
  };
}

/** Who was let in. */
export function operatorOf(response: Response): Operator {
  return response.locals["operator"] as Operator;
}

/**
 * A GET on the monitor calls a room's method, and browsers send GETs for any page that asks (with the password, once
 * it was given), without an Origin header. Following a link to the page itself is fine.
 */
function refuseOtherSites(request: Request, response: Response, next: NextFunction): void {
  const site = request.get("sec-fetch-site") ?? "none";
  if (site === "same-origin" || site === "none" || (request.path === "/" && request.method === "GET")) next();
  else refuse(response, "origin_refused");
}

/** Open pages are for the developer's own browser: the peer must be this machine, and so must the name it used. */
function refuseOtherMachines(request: Request, response: Response, next: NextFunction): void {
  const peer = request.socket.remoteAddress ?? "";
  const local = ["127.0.0.1", "::1", "::ffff:127.0.0.1"].includes(peer);
  if (local && ["localhost", "127.0.0.1", "[::1]"].includes(request.hostname)) next();
  else refuse(response, "operator_page_local");
}

function refuse(response: Response, code: ErrorCode): void {
  response.status(ERRORS[code].status).set("Cache-Control", "no-store").json(errorBody(code));
}
