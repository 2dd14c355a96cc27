/** What clients may send to the lobby, a party and a custom game, checked: whatever else comes is no command. */
import { z } from "zod";

const playerId = z.string().min(1).max(64);
const id = z.string().min(1).max(64);
const latencies = z
  .record(id, z.number().min(0).max(60_000))
  .refine((entries) => Object.keys(entries).length <= 32, "expected at most 32");

export const ready = z.strictObject({ ready: z.boolean() });
export const chat = z.strictObject({ text: z.string().max(2000) });
export const about = z.strictObject({ playerId });
export const enterQueue = z.strictObject({ queue: id });
export const team = z.strictObject({ team: z.int().min(-1).max(63) });
export const setup = z.strictObject({
  name: z.string().max(64).optional(),
  password: z.string().max(64).nullable().optional(),
  mode: id.optional(),
  map: id.optional(),
});
/** Commands without anything to say. */
export const nothing = z.union([z.undefined(), z.null(), z.strictObject({})]);
export const listRooms = z.strictObject({
  kind: z.enum(["match", "custom"]).optional(),
  mode: id.optional(),
  open: z.boolean().optional(),
  unlocked: z.boolean().optional(),
  stop: z.boolean().optional(),
});
export const quickPlay = z.strictObject({
  mode: id.optional(),
  latencies: latencies.optional(),
  input: id.optional(),
});
export const createCustom = z.object({
  name: z.string().max(64).optional(),
  password: z.string().max(64).optional(),
  mode: id.optional(),
});
export const joinCustom = z.object({
  password: z.string().max(64).optional(),
  spectate: z.boolean().optional(),
});
