/**
 * One word for what the wire looks like: the same for a client and a server whose schemas are the same, another one as
 * soon as a field is added, renamed, moved, retyped or quantised otherwise. A client sends it when it joins, and a
 * server whose own is another refuses it with a sentence, instead of both failing to decode each other:
 *
 * ```ts
 * const PROTOCOL = protocolFingerprint([MatchState, MatchInput], 3);   // both sides, from the same schema files
 * defineArena({ protocol: PROTOCOL, … });                              // server
 * client.joinOrCreate("match", { protocol: PROTOCOL });                // client
 * ```
 * 64 bits of FNV-1a (public domain) over the schemas' own descriptions, as 16 hexadecimal digits. It tells copies
 * apart; it proves nothing, since a client may send what it likes.
 */

interface Field {
  name: string;
  type: unknown;
  unreliable?: boolean;
  tag?: number;
}

/** @colyseus/schema keeps a class's fields under this symbol, numbered from 0. */
const METADATA: symbol = Symbol.metadata ?? Symbol.for("Symbol.metadata");

/**
 * @param types schema classes of states and inputs; those that their fields name are looked at too.
 * @param messages raise it whenever a message changes its meaning: messages have no schema.
 */
export function protocolFingerprint(types: readonly object[], messages: number): string {
  const seen: object[] = [];
  const described: string[] = [`messages ${messages}`];
  for (const type of types) describe(type, seen, described);
  return hash(described.join("\n"));
}

function describe(type: object, seen: object[], described: string[]): number {
  const known = seen.indexOf(type);
  if (known >= 0) return known;
  const number = seen.push(type) - 1;
  const metadata = (type as Record<symbol, Record<number, Field> | undefined>)[METADATA] ?? {};
  // Only fields are enumerable, in the order of their numbers.
  const fields = Object.values(metadata).map(({ name, type: of, unreliable = false, tag = "" }) =>
    [name, describeType(of, seen, described), unreliable, tag].join(":"),
  );
  described.push(`${number} ${fields.join(",")}`);
  return number;
}

/** A word, a class, or a collection or quantisation of one. */
function describeType(type: unknown, seen: object[], described: string[]): string {
  if (typeof type === "function") return `#${describe(type, seen, described)}`;
  if (typeof type !== "object" || type === null) return String(type);
  const parts = Object.entries(type)
    .filter(([, value]) => value !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${describeType(value, seen, described)}`);
  return `{${parts.join(";")}}`;
}

function hash(text: string): string {
  const prime = 0x100000001b3n;
  let word = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text))
    word = ((word ^ BigInt(byte)) * prime) & 0xffffffffffffffffn;
  return word.toString(16).padStart(16, "0");
}
