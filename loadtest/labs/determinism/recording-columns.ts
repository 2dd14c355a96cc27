/** The columns of a recording's body, as `match-log.ts` writes them. */

/** Those that are not of a fighter: who came and went, and the hashes. Then come three for each fighter. */
export const COMMON_COLUMNS = 2;
export const COLUMNS_A_FIGHTER = 3;

export interface Column {
  /** Where it begins in the body. */
  start: number;
  length: number;
}

export function columnsOf(body: Uint8Array): Column[] {
  const head = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const count = head.getUint32(0, true);
  let start = 4 + 4 * count;
  return Array.from({ length: count }, (_, index) => {
    const column = { start, length: head.getUint32(4 + 4 * index, true) };
    start += column.length;
    return column;
  });
}

export const PARTS = ["changes", "hashes", "moves", "aims", "seen"] as const;
export type Part = (typeof PARTS)[number];

/** The bytes of each part, of all fighters together. */
export function partsOf(body: Uint8Array): Record<Part, Uint8Array> {
  const columns = columnsOf(body).map(({ start, length }) => body.subarray(start, start + length));
  const ofFighters = (which: number): Uint8Array =>
    Buffer.concat(
      columns.filter(
        (_, index) => index >= COMMON_COLUMNS && (index - COMMON_COLUMNS) % COLUMNS_A_FIGHTER === which,
      ),
    );
  const [changes = new Uint8Array(), hashes = new Uint8Array()] = columns;
  return { changes, hashes, moves: ofFighters(0), aims: ofFighters(1), seen: ofFighters(2) };
}
