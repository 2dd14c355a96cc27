/**
 * Makes quantised fields unreliable. `@colyseus/schema` 5.0.34 takes every type that is not a word for a reference,
 * which may not be unreliable, and so refuses `t.quantized(…).unreliable()`, though nothing behind that check minds a
 * quantised field. Call it right after `schema(…)`, before there is an instance.
 */
import { Metadata } from "@colyseus/schema";

type Described = Record<number, { type: unknown }> & Record<string, number>;

/** @param fields names of quantised fields. */
export function markUnreliable(type: object, fields: readonly string[]): void {
  const metadata = (type as { [Symbol.metadata]: Described })[Symbol.metadata];
  for (const field of fields) {
    const description = metadata[metadata[field] as number] as { type: unknown };
    const quantised = description.type;
    // What stands here while the check looks is what is on the wire.
    description.type = (quantised as { quantized: { wire: string } }).quantized.wire;
    Metadata.setUnreliable(metadata as never, field);
    description.type = quantised;
  }
}
