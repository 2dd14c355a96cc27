/**
 * The operators' API of reviews, under /api/operator (`review-answers.ts` has its shapes). Who may call it is the guard's
 * work, which is handed in. Bodies must be declared as JSON: a page of another site cannot post that. What operators do
 * is logged with their names.
 */
import { type Request, type RequestHandler, type Response, Router } from "express";
import { z } from "zod";
import { ERRORS, type ErrorCode, errorBody } from "../../errors.ts";
import type { Logger } from "../../observability/logger.ts";
import { TRUST_LEVELS } from "../trust/trust-services.ts";
import type { OperatorAnswer } from "./review-answers.ts";
import type { JudgeResult, Reviews } from "./reviews.ts";

export interface ReviewRoutesOptions {
  reviews: Reviews;
  /** Lets reviewers and operators in, and nobody else. */
  guard: readonly RequestHandler[];
  operatorOf: (response: Response) => OperatorAnswer;
  /** The file of a match's recording. */
  replayPathOf: (matchId: string) => Promise<string | undefined>;
  log: Logger;
}

const LONGEST_BAN_DAYS = 36_500;
const caseId = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, "expected a case's id");
const note = z.string().max(2000);
const verdictsSeen = z.int().min(0).max(1000).optional();
const listQuery = z.strictObject({
  status: z.enum(["open", "appealed", "confirmed", "cleared"]).optional(),
  before: z.string().max(100).optional(),
  least: z.enum(TRUST_LEVELS).optional(),
});
const confirmBody = z.strictObject({ banDays: z.int().min(0).max(LONGEST_BAN_DAYS), note, verdictsSeen });
const clearBody = z.strictObject({ note, verdictsSeen });

export function reviewRoutes(options: ReviewRoutesOptions): Router {
  const { reviews, guard, operatorOf, replayPathOf, log } = options;
  const router = Router();
  router.use("/api/operator", ...guard, (_request, response, next) => {
    response.set("Cache-Control", "no-store");
    next();
  });
  router.get("/api/operator/me", (_request, response) => {
    const { name, role } = operatorOf(response);
    response.json({ name, role } satisfies OperatorAnswer);
  });
  router.get("/api/operator/cases", async (request, response) => {
    const query = read(listQuery, request.query, response);
    if (query) response.json(await reviews.list(query));
  });
  router.get("/api/operator/cases/:caseId", async (request, response) => {
    const found = await caseOf(request);
    if (found) response.json(found);
    else refuse(response, "case_unknown");
  });
  router.post("/api/operator/cases/:caseId/confirm", async (request, response) => {
    const body = readBody(confirmBody, request, response);
    if (!body) return;
    const { name } = operatorOf(response);
    await judge(request, response, { verdict: "confirmed", banDays: body.banDays }, (id) =>
      reviews.confirm(id, body, name, new Date()),
    );
  });
  router.post("/api/operator/cases/:caseId/clear", async (request, response) => {
    const body = readBody(clearBody, request, response);
    if (!body) return;
    const { name } = operatorOf(response);
    await judge(request, response, { verdict: "cleared" }, (id) => reviews.clear(id, body, name, new Date()));
  });
  router.get("/api/operator/replays/:matchId", async (request, response, next) => {
    const path = await replayPathOf(request.params.matchId);
    if (path === undefined) return refuse(response, "replay_unknown");
    const headers = { "Content-Type": "application/octet-stream" };
    // The data folder's own name may begin with a dot.
    response.sendFile(path, { headers, cacheControl: false, dotfiles: "allow" }, (error?: Error) => {
      if (!error) return;
      if ((error as { status?: number }).status === 404) refuse(response, "replay_unknown");
      // A caller who went away needs no answer.
      else if (!response.headersSent && !response.destroyed) next(error);
    });
  });
  return router;

  async function caseOf(request: Request) {
    const id = caseId.safeParse(request.params["caseId"]);
    return id.success ? reviews.show(id.data) : undefined;
  }

  async function judge(
    request: Request,
    response: Response,
    about: object,
    act: (id: string) => Promise<JudgeResult>,
  ): Promise<void> {
    const id = caseId.safeParse(request.params["caseId"]);
    if (!id.success) return refuse(response, "case_unknown");
    const result = await act(id.data);
    const { name, role } = operatorOf(response);
    const entry = { operator: name, role, caseId: id.data, ...about };
    if (!result.ok) {
      log.info({ ...entry, code: result.code }, "an operator's verdict was refused");
      return refuse(response, result.code);
    }
    log.info({ ...entry, playerId: result.answer.playerId }, "an operator decided a case");
    response.json(result.answer);
  }
}

function readBody<T extends z.ZodType>(schema: T, request: Request, response: Response) {
  if (/^application\/json\s*(;|$)/i.test(request.get("content-type") ?? ""))
    return read(schema, request.body, response);
  refuse(response, "body_type_unsupported");
  return undefined;
}

/** Answers the refusal itself. */
function read<T extends z.ZodType>(schema: T, value: unknown, response: Response): z.output<T> | undefined {
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue ? ` ${issue.path.join(".") || "body"}: ${issue.message}.` : "";
  refuse(response, "input_invalid", `${ERRORS.input_invalid.message}${where}`);
  return undefined;
}

function refuse(response: Response, code: ErrorCode, message?: string): void {
  response.status(ERRORS[code].status).json(errorBody(code, message));
}
