/** Whose request it is, as far as limits go. Pure. */
import type { IncomingMessage } from "node:http";

/** The address of the client itself: the entry that the outermost trusted proxy wrote, else the socket's. */
export function clientAddress(request: IncomingMessage, trustedHops: number): string {
  const forwarded = String(request.headers["x-forwarded-for"] ?? "").split(",");
  const entry = trustedHops > 0 ? forwarded.at(-trustedHops)?.trim() : "";
  return entry || (request.socket.remoteAddress ?? "");
}

/** What limits count by: an IPv4 address, also where it is written as IPv6, or the first 64 bits of an IPv6 address. */
export function addressKey(address: string): string {
  const plain = address.replace(/%.*$/, "").toLowerCase();
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain)?.[1];
  if (mapped !== undefined) return mapped;
  if (!plain.includes(":")) return plain;
  const [head = "", tail] = plain.split("::");
  const first = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const groups = [...first, ...Array.from({ length: zeros }, () => "0"), ...last];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16) || 0)
    .map((group) => group.toString(16))
    .join(":");
}
