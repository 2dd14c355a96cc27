/**
 * What teammates' browsers tell each other to be connected, checked and taken apart before it is handed on. Pure.
 *
 * A description is of one sound and nothing else; its addresses are taken out, since candidates tell those. Of a
 * candidate only what is known is written anew: an address, or a name that stands for one in the local network. No
 * names that would have to be looked up, and none of the receiver's own machine.
 */
import { isIP } from "node:net";
import { isOwn } from "../lane/lane-signals.ts";

/** One sound needs about half of it; a frame has to hold it besides (`limits.frameBytes`). */
const MOST_SDP = 3500;
const MOST_CANDIDATE = 500;
const MOST_SESSION_ID = 64;

export interface Description {
  type: "offer" | "answer";
  sdp: string;
}

export interface Candidate {
  /** "" is the last. */
  candidate: string;
  sdpMid: string | null;
  sdpMLineIndex: number | null;
  usernameFragment: string | null;
}

export interface CandidateRules {
  /** Only through TURN: nobody is told an address of anybody. */
  relayOnly: boolean;
  /** The machine's own addresses too, for development and tests. */
  loopback: boolean;
}

/** @returns undefined for whatever is no description of this type, for somebody. */
export function readDescription(
  message: unknown,
  type: Description["type"],
): { targetId: string; sdp: Description } | undefined {
  if (!isRecord(message) || !isRecord(message["sdp"])) return undefined;
  const { targetId, sdp } = message;
  if (!isText(targetId, MOST_SESSION_ID) || sdp["type"] !== type || !isText(sdp["sdp"], MOST_SDP))
    return undefined;
  const clean = withoutAddresses(sdp["sdp"]);
  return clean === undefined ? undefined : { targetId, sdp: { type, sdp: clean } };
}

/**
 * @returns undefined for whatever is no candidate for somebody; one without `candidate` is not let through by these
 * rules, which is nobody's fault: browsers offer all they have.
 */
export function readCandidate(
  message: unknown,
  rules: CandidateRules,
): { targetId: string; candidate: Candidate | undefined } | undefined {
  if (!isRecord(message) || !isRecord(message["candidate"])) return undefined;
  const { targetId, candidate } = message;
  const { sdpMid = null, sdpMLineIndex = null, usernameFragment = null } = candidate;
  if (!isText(targetId, MOST_SESSION_ID) || !isText(candidate["candidate"], MOST_CANDIDATE)) return undefined;
  const clean = candidate["candidate"] === "" ? "" : rewriteCandidate(candidate["candidate"], rules);
  if (!isOptional(sdpMid, MID) || !isOptional(usernameFragment, FRAGMENT)) return undefined;
  if (sdpMLineIndex !== null && sdpMLineIndex !== 0) return undefined;
  const passed =
    clean === undefined ? undefined : { candidate: clean, sdpMid, sdpMLineIndex, usernameFragment };
  return { targetId, candidate: passed };
}

const MID = /^[A-Za-z0-9_-]{1,16}$/;
const FRAGMENT = /^[A-Za-z0-9+/]{4,256}$/;
const PRINTABLE = /^[\x20-\x7e]*$/;

function withoutAddresses(sdp: string): string | undefined {
  const lines = sdp.split(/\r?\n/);
  if (lines[0] !== "v=0" || !lines.every((line) => PRINTABLE.test(line))) return undefined;
  const media = lines.filter((line) => line.startsWith("m="));
  if (media.length !== 1 || !/^m=audio \d+ UDP\/TLS\/RTP\/SAVPF /.test(media[0] as string)) return undefined;
  return lines
    .filter((line) => !/^a=(?:candidate:|end-of-candidates|remote-candidates:|rtcp:)/.test(line))
    .map((line) => line.replace(/^c=.*/, "c=IN IP4 0.0.0.0").replace(/^m=audio \d+ /, "m=audio 9 "))
    .join("\r\n");
}

/** foundation component transport priority address port "typ" type */
const CANDIDATE =
  /^(?:a=)?candidate:([A-Za-z0-9+/]{1,32}) 1 udp (\d{1,10}) (\S{2,45}) (\d{1,5}) typ (host|srflx|prflx|relay)(?: |$)/i;
/** What browsers put for an address that a page may not know. */
const LOCAL_NAME = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.local$/i;

function rewriteCandidate(text: string, { relayOnly, loopback }: CandidateRules): string | undefined {
  const [, foundation, priority, address = "", port, kind = ""] = CANDIDATE.exec(text) ?? [];
  const type = kind.toLowerCase();
  const isKnown = LOCAL_NAME.test(address)
    ? type === "host"
    : isIP(address) !== 0 && !isRefused(address, loopback);
  if (!isKnown || (relayOnly && type !== "relay")) return undefined;
  if (Number(priority) > 0xffff_ffff || Number(port) < 1024 || Number(port) > 65_535) return undefined;
  // Where a relay or a reflection stands for is nobody's business.
  const related = type === "host" ? "" : " raddr 0.0.0.0 rport 0";
  return `candidate:${foundation} 1 udp ${priority} ${address} ${port} typ ${type}${related}`;
}

function isRefused(address: string, loopback: boolean): boolean {
  const isLoopback = address.startsWith("127.") || address === "::1";
  return isLoopback ? !loopback : isOwn(address);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isText(value: unknown, most: number): value is string {
  return typeof value === "string" && value.length <= most;
}

function isOptional(value: unknown, pattern: RegExp): value is string | null {
  return value === null || (typeof value === "string" && pattern.test(value));
}
