/**
 * JSON that only this server's processes can write: HMAC-SHA256 under the server's secret, with the purpose inside the
 * signature, so that a text made for one purpose is nothing for another. Signed, not hidden.
 */
import { createHmac, timingSafeEqual } from "node:crypto";

const LONGEST_TEXT = 65_536;

export function signText(secret: string, purpose: string, content: object): string {
  const body = Buffer.from(JSON.stringify(content)).toString("base64url");
  return `${body}.${signatureOf(secret, purpose, body).toString("base64url")}`;
}

/** @returns undefined for whatever was not signed with this secret for this purpose. */
export function readSigned(secret: string, purpose: string, text: unknown): unknown {
  if (typeof text !== "string" || text.length > LONGEST_TEXT) return undefined;
  const [body = "", signature = "", ...rest] = text.split(".");
  const given = Buffer.from(signature, "base64url");
  const expected = signatureOf(secret, purpose, body);
  if (rest.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected))
    return undefined;
  return JSON.parse(Buffer.from(body, "base64url").toString());
}

function signatureOf(secret: string, purpose: string, body: string): Buffer {
  return createHmac("sha256", secret).update(`colyseus-arena ${purpose}\n${body}`).digest();
}
