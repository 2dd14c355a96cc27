/** The OpenAPI 3.1 document of the routes that `defineRoute` made. Pure. */
import { z } from "zod";
import { ERRORS, type ErrorCode } from "../errors.ts";
import type { AnyDeclaration } from "./define-route.ts";

interface Route {
  path: string;
  options: { metadata?: { declaration?: AnyDeclaration } };
}

type Json = Record<string, unknown>;

/** Every route can meet these. */
const COMMON: readonly ErrorCode[] = ["input_invalid", "rate_limited", "internal_error", "not_ready"];
const WITH_TOKEN: readonly ErrorCode[] = ["auth_token_missing", "auth_token_invalid"];

/** @param endpoints Colyseus endpoints; those that were not made by `defineRoute` are left out. */
export function openApiDocument(
  endpoints: Readonly<Record<string, unknown>>,
  info: { title: string; version: string },
): Json {
  const paths: Record<string, Json> = {};
  for (const [operationId, endpoint] of Object.entries(endpoints)) {
    const { path, options } = endpoint as Route;
    const declaration = options?.metadata?.declaration;
    if (!declaration) continue;
    const key = path.replace(/:(\w+)/g, "{$1}");
    const method = declaration.method.toLowerCase();
    paths[key] = { ...paths[key], [method]: operation(operationId, declaration) };
  }
  return {
    openapi: "3.1.0",
    info,
    paths,
    components: {
      securitySchemes: { player: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
      schemas: {
        Refusal: {
          type: "object",
          properties: { code: { type: "string" }, message: { type: "string" } },
          required: ["code", "message"],
        },
      },
    },
  };
}

function operation(operationId: string, declaration: AnyDeclaration): Json {
  const { summary, player, params, query, body, answer, refusals = [] } = declaration;
  const codes = [...refusals, ...COMMON, ...(player ? WITH_TOKEN : [])];
  return {
    operationId,
    summary,
    ...(player ? { security: [{ player: [] }] } : {}),
    parameters: [...parameters("path", params), ...parameters("query", query)],
    ...(body ? { requestBody: { required: true, content: jsonContent(schemaOf(body, "input")) } } : {}),
    responses: {
      "200": { description: "OK", content: jsonContent(schemaOf(answer, "output")) },
      ...refusalResponses(codes),
    },
  };
}

function parameters(place: "path" | "query", schema: z.ZodType | undefined): Json[] {
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, field]) => ({
    name,
    in: place,
    required: place === "path" || !field.safeParse(undefined).success,
    schema: schemaOf(field, "output"),
  }));
}

function refusalResponses(codes: readonly ErrorCode[]): Json {
  const byStatus = new Map<number, string[]>();
  for (const code of codes) {
    const { status, message } = ERRORS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), `\`${code}\`: ${message}`]);
  }
  const content = jsonContent({ $ref: "#/components/schemas/Refusal" });
  return Object.fromEntries(
    [...byStatus].map(([status, lines]) => [String(status), { description: lines.join("\n"), content }]),
  );
}

function jsonContent(schema: Json): Json {
  return { "application/json": { schema } };
}

function schemaOf(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest;
}
