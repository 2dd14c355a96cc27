/**
 * HTTP routes as Colyseus endpoints (so that `client.http` knows their types), with what every route of ours has in
 * common: the player's token is checked, every input is parsed by a closed schema before the handler sees it, a
 * refusal is `{ code, message }` with the code's status, and nothing that is thrown leaves the process or the
 * database's words to the caller. The same declaration is what the OpenAPI document is made from.
 */
import { createEndpoint, type EndpointOptions, type StrictEndpoint } from "@colyseus/core";
import type { z } from "zod";
import { ArenaError, ERRORS, type ErrorCode, errorBody } from "../errors.ts";
import type { Logger } from "../observability/logger.ts";
import { isOutage } from "../outage.ts";

/** What routes need of the server around them. */
export interface RouteContext {
  /** Checks the bearer token of a request. */
  authenticate: (
    token: string | undefined,
  ) => Promise<{ ok: true; player: { playerId: string; name: string } } | { ok: false; code: ErrorCode }>;
  /** Whether what the routes stand on answers, as far as is known: nobody should wait for what is known to be away. */
  isReady: () => boolean;
  log: Logger;
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
type Schema = z.ZodType;
type OutputOf<T> = T extends Schema ? z.output<T> : undefined;

export interface RouteDeclaration<
  M extends Method,
  P extends Schema | undefined,
  Q extends Schema | undefined,
  B extends Schema | undefined,
  A extends Schema,
  W extends boolean,
> {
  method: M;
  summary: string;
  /** Only for a signed-in player, whom the handler is told. */
  player: W;
  params?: P;
  query?: Q;
  body?: B;
  answer: A;
  /** Codes a caller can meet here beside those of every route. */
  refusals?: readonly ErrorCode[];
}

interface RouteInput<P, Q, B, W extends boolean> {
  params: OutputOf<P>;
  query: OutputOf<Q>;
  body: OutputOf<B>;
  player: W extends true ? { playerId: string; name: string } : undefined;
}

/** A handler's way to say no. */
export class Refusal {
  readonly code: ErrorCode;
  constructor(code: ErrorCode) {
    this.code = code;
  }
}

export function refuse(code: ErrorCode): Refusal {
  return new Refusal(code);
}

/** The endpoint as `client.http` reads it: schemas that were not declared take nothing. */
export type RouteEndpoint<
  Path extends string,
  M extends Method,
  Q extends Schema | undefined,
  B extends Schema | undefined,
  A,
> = {
  method: M;
  query: Q extends Schema ? Q : never;
  body: B extends Schema ? B : never;
} extends infer O extends EndpointOptions
  ? StrictEndpoint<Path, O, A>
  : never;

/** Declared on every endpoint made here, for the OpenAPI document. */
export type AnyDeclaration = RouteDeclaration<
  Method,
  Schema | undefined,
  Schema | undefined,
  Schema | undefined,
  Schema,
  boolean
>;

/** @param path with `:names` for what `params` parses. */
export function defineRoute<
  const Path extends string,
  M extends Method,
  A extends Schema,
  const W extends boolean,
  P extends Schema | undefined = undefined,
  Q extends Schema | undefined = undefined,
  B extends Schema | undefined = undefined,
>(
  context: RouteContext,
  path: Path,
  declaration: RouteDeclaration<M, P, Q, B, A, W>,
  handler: (input: RouteInput<P, Q, B, W>) => Promise<z.input<A> | Refusal>,
): RouteEndpoint<Path, M, Q, B, z.output<A>> {
  const { method, params, query, body, player: playerOnly } = declaration;
  const options = { method, metadata: { declaration, allowedMediaTypes: ["application/json"] } };
  const endpoint = createEndpoint(path, options as { method: "POST" }, async (ctx) => {
    // What one player is told is nobody else's.
    ctx.setHeader("Cache-Control", "no-store");
    const refused = (code: ErrorCode, detail?: string): Error => {
      if (ERRORS[code].status === 503) ctx.setHeader("Retry-After", "5");
      const message: string =
        detail === undefined ? ERRORS[code].message : `${ERRORS[code].message} ${detail}`;
      return ctx.error(ERRORS[code].status, errorBody(code, message));
    };
    const parse = <S extends Schema | undefined>(schema: S, value: unknown): OutputOf<S> => {
      if (schema === undefined) return undefined as OutputOf<S>;
      const parsed = schema.safeParse(value ?? {});
      if (parsed.success) return parsed.data as OutputOf<S>;
      throw refused("input_invalid", describe(parsed.error));
    };
    if (!context.isReady()) throw refused("not_ready");
    let player: { playerId: string; name: string } | undefined;
    if (playerOnly) {
      const check = await context.authenticate(bearerToken(ctx.getHeader("authorization")));
      if (!check.ok) throw refused(check.code);
      player = check.player;
    }
    const input = {
      params: parse(params, ctx.params),
      query: parse(query, ctx.query),
      body: parse(body, ctx.body),
      player,
    } as RouteInput<P, Q, B, W>;
    const answer = await handler(input).catch((error: unknown) => {
      const code = codeOf(error);
      if (code === "internal_error") context.log.error({ err: error, path, method }, ERRORS[code].message);
      else context.log.warn({ code, path, method, reason: (error as Error).message }, "request refused");
      return new Refusal(code);
    });
    if (answer instanceof Refusal) throw refused(answer.code);
    // Written here: the router's own serializer takes an object that stands in two places for a circle.
    return Response.json(answer);
  });
  return endpoint as unknown as RouteEndpoint<Path, M, Q, B, z.output<A>>;
}

/** An outage is told as one, so that clients try again; the reason stays in the log. */
function codeOf(error: unknown): ErrorCode {
  if (error instanceof ArenaError) return error.code;
  return isOutage(error) ? "not_ready" : "internal_error";
}

function bearerToken(header: string | null): string | undefined {
  return /^Bearer (.+)$/i.exec(header ?? "")?.[1];
}

/** The first thing that is wrong, by its name; never the value itself. */
function describe(error: z.ZodError): string {
  const [issue] = error.issues;
  if (!issue) return "";
  if (issue.code === "unrecognized_keys")
    return `${[...issue.path, issue.keys[0]].join(".")}: there is no such field.`;
  return `${issue.path.join(".") || "body"}: ${issue.message.replace(/^Invalid input: /, "")}.`;
}
