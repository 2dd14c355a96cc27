/** What a client may send to a queue, checked to flat, bounded values. */
import { z } from "zod";
import type { PlayerStanding, QueuePass, TicketMember } from "../../src/index.ts";

const name = z.string().min(1).max(64);
const flat = z.union([z.string().max(200), z.number(), z.boolean()]);
const few = (entries: object): boolean => Object.keys(entries).length <= 32;

const requestSchema = z.object({
  queue: name,
  region: z.string().max(64).optional(),
  pass: z.string().max(65_536).optional(),
  latencies: z.record(name, z.number().min(0).max(60_000)).refine(few, "expected at most 32").default({}),
  input: name.default("keyboard"),
  build: z.string().max(64).default(""),
  attributes: z.record(name, flat).refine(few, "expected at most 32").default({}),
});

export type QueueRequest = z.output<typeof requestSchema>;

export const checkIdSchema = z.object({ checkId: name });

/** @returns undefined for what is no request. Keys that a queue does not know are left out. */
export function readRequest(options: unknown): QueueRequest | undefined {
  const request = requestSchema.safeParse(options);
  return request.success ? request.data : undefined;
}

/**
 * The region whose line a request joins: the one it names, or the nearest; "" where one line serves all regions.
 * @returns undefined for a region that does not exist.
 */
export function regionFor(
  perRegion: boolean,
  { region, latencies }: QueueRequest,
  regions: readonly string[],
): string | undefined {
  if (!perRegion) return "";
  if (region !== undefined) return regions.includes(region) ? region : undefined;
  const latencyTo = (name: string): number =>
    (Object.hasOwn(latencies, name) ? latencies[name] : undefined) ?? Number.POSITIVE_INFINITY;
  const [first = "", ...rest] = regions;
  return rest.reduce((best, name) => (latencyTo(name) < latencyTo(best) ? name : best), first);
}

/** A ticket of one's own. */
export function soloPass(playerId: string, queue: string, ticketId: string, now: number): QueuePass {
  return { ticketId, members: [playerId], playerId, queue, issuedAt: now, enqueuedAt: now, returned: 0 };
}

/** What the server knows of the player, and what the client says of itself. */
export function memberFrom(
  playerId: string,
  standing: PlayerStanding,
  { latencies, input, build, attributes }: QueueRequest,
): TicketMember {
  return { playerId, ...standing, latencies, input, build, attributes };
}
