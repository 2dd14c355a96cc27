/**
 * What client and server say about a lane over the room's ordinary connection, checked and taken apart. Pure.
 *
 * A client's session description is not handed to the native library as it came: what identifies its side (name and
 * password of ICE, fingerprint of DTLS) is read from it by strict patterns, and a description is written anew around
 * it. Of its candidates only addresses are taken: no host names, which the server would have to look up for anybody, and none
 * of this machine itself.
 */
import { isIP } from "node:net";

/** Of a description: one data channel needs well under a thousand. */
const MOST_SDP = 3000;
const MOST_CANDIDATE = 500;

export type ClientSignal =
  | { kind: "offer"; sdp: string }
  | { kind: "candidate"; candidate: string; mid: string }
  | { kind: "down" };

/** @returns undefined for whatever is none. */
export function readSignal(message: unknown): ClientSignal | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const { kind, sdp, candidate, mid } = message as Record<string, unknown>;
  if (kind === "offer") {
    const offer = isText(sdp, MOST_SDP) ? rewriteOffer(sdp) : undefined;
    return offer === undefined ? undefined : { kind, sdp: offer };
  }
  if (kind === "candidate") {
    const clean = isText(candidate, MOST_CANDIDATE) ? rewriteCandidate(candidate) : undefined;
    return clean === undefined || typeof mid !== "string" || !MID.test(mid)
      ? undefined
      : { kind, candidate: clean, mid };
  }
  return kind === "down" ? { kind } : undefined;
}

function isText(value: unknown, most: number): value is string {
  return typeof value === "string" && value.length <= most;
}

const MID = /^[A-Za-z0-9]{1,16}$/;
const LINES = {
  mid: /^a=mid:([A-Za-z0-9]{1,16})$/,
  user: /^a=ice-ufrag:([A-Za-z0-9+/]{4,32})$/,
  password: /^a=ice-pwd:([A-Za-z0-9+/]{22,64})$/,
  fingerprint: /^a=fingerprint:(sha-256 [0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){31})$/i,
} as const;

/** An offer of one data channel with the identity of the given one; undefined when that has none. */
export function rewriteOffer(sdp: string): string | undefined {
  const lines = sdp.split(/\r?\n/);
  if (lines.filter((line) => line.startsWith("m=")).length !== 1) return undefined;
  const find = (pattern: RegExp): string | undefined => {
    for (const line of lines) {
      const found = pattern.exec(line)?.[1];
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const mid = find(LINES.mid);
  const user = find(LINES.user);
  const password = find(LINES.password);
  const fingerprint = find(LINES.fingerprint);
  if (mid === undefined || user === undefined || password === undefined || fingerprint === undefined)
    return undefined;
  return [
    "v=0",
    "o=- 1 1 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    `a=group:BUNDLE ${mid}`,
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "c=IN IP4 0.0.0.0",
    `a=mid:${mid}`,
    "a=sendrecv",
    `a=ice-ufrag:${user}`,
    `a=ice-pwd:${password}`,
    "a=ice-options:trickle",
    `a=fingerprint:${fingerprint}`,
    "a=setup:actpass",
    "a=sctp-port:5000",
    "a=max-message-size:65536",
    "",
  ].join("\r\n");
}

/** foundation component transport priority address port "typ" type */
const CANDIDATE =
  /^(?:a=)?candidate:([A-Za-z0-9+/]{1,32}) 1 udp (\d{1,10}) (\S{2,45}) (\d{1,5}) typ (host|srflx|prflx|relay)(?: |$)/i;

/** The candidate without what is not needed of it; undefined for one that the server will not send to. */
export function rewriteCandidate(text: string): string | undefined {
  const [, foundation, priority, address = "", port, type] = CANDIDATE.exec(text) ?? [];
  if (!isIP(address) || isOwn(address) || Number(priority) > 0xffff_ffff) return undefined;
  if (Number(port) < 1024 || Number(port) > 65_535) return undefined;
  return `candidate:${foundation} 1 UDP ${priority} ${address} ${port} typ ${type}`;
}

/** This machine, everybody, or nobody. */
export function isOwn(address: string): boolean {
  if (isIP(address) === 4) {
    const first = Number(address.split(".")[0]);
    return first === 0 || first === 127 || first >= 224 || address.startsWith("169.254.");
  }
  // Of IPv6 only what is routed or private: 2000::/3 and fc00::/7.
  return !/^(?:[23][0-9a-f]{3}|f[cd][0-9a-f]{2}):/i.test(address);
}

/**
 * A candidate of the server's own, for the client.
 * @param publicIp stands in it instead of the machine's own address, for a server whose public one is translated.
 */
export function ownCandidate(text: string, publicIp?: string): string {
  const candidate = text.replace(/^a=/, "");
  const parts = candidate.split(" ");
  const [, , , , address = "", , , type] = parts;
  if (publicIp === undefined || type !== "host" || isIP(address) !== isIP(publicIp)) return candidate;
  parts[4] = publicIp;
  return parts.join(" ");
}
