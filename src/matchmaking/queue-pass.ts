/**
 * Queue passes: what a client brings along to keep its waiting time, or to enter with its party. Signed, so
 * that every process of a cluster takes them and no client can write one. A pass is good for a minute after it was issued: who was away for longer begins anew.
 */
import { z } from "zod";
import { readSigned, signText } from "./signed-text.ts";

/** How long after its issue a pass is taken. */
export const PASS_LIFETIME_MS = 60_000;

const passSchema = z.strictObject({
  ticketId: z.string().min(1).max(64),
  queue: z.string().min(1).max(64),
  /** Everybody on the ticket, the leader first. */
  members: z.array(z.string().min(1).max(64)).min(1).max(64),
  /** Whose pass this is. */
  playerId: z.string().min(1).max(64),
  issuedAt: z.number(),
  enqueuedAt: z.number(),
  returned: z.int().min(0),
});

export type QueuePass = z.output<typeof passSchema>;

const PURPOSE = "queue pass";

export function signPass(secret: string, pass: QueuePass): string {
  return signText(secret, PURPOSE, pass);
}

/** @returns undefined for whatever this server did not sign, or signed longer than `PASS_LIFETIME_MS` ago. */
export function readPass(secret: string, text: unknown, now: number): QueuePass | undefined {
  const pass = passSchema.safeParse(readSigned(secret, PURPOSE, text));
  if (!pass.success || !(Math.abs(now - pass.data.issuedAt) <= PASS_LIFETIME_MS)) return undefined;
  return pass.data.members.includes(pass.data.playerId) ? pass.data : undefined;
}
