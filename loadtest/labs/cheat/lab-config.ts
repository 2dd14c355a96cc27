/** The thresholds that the lab runs with: the framework's own, as nobody has moved them. */
import type { z } from "zod";
import { anticheatConfig } from "../../../src/config/anticheat-config.ts";

export type AnticheatConfig = z.output<typeof anticheatConfig>;

export const STANDARD_CONFIG: AnticheatConfig = anticheatConfig.parse({});

/** Results under other thresholds do not add up. */
export const CONFIG_PRINT = JSON.stringify(STANDARD_CONFIG);
