/**
 * Skirmish: one input frame, sent 30 times a second. Every field's wire type is a bounded integer, so a decoded
 * frame cannot carry NaN or infinities; the room's `sanitize` clamps the rest.
 */
import { type SchemaType, schema, t } from "@colyseus/schema";

export const SkirmishInput = schema(
  {
    /** −1, 0 or 1: left, none, right. */
    moveX: t.int8().default(0),
    /** −1, 0 or 1: up, none, down (the y axis points down, as on a screen). */
    moveY: t.int8().default(0),
    /** Where the fighter looks, radians; 16 bits on the wire (0.0055°). */
    aim: t.angle().default(0),
    /** Bit mask: 1 fire, 2 dash, 4 alternate weapon (held: the launcher instead of the rifle). */
    buttons: t.uint8().default(0),
  },
  "SkirmishInput",
);
export type SkirmishInput = SchemaType<typeof SkirmishInput>;
