/** A cheat's figures in one line. */
import type { CheatFigures } from "./lab-report.ts";

export function describe({
  cheat,
  network,
  sessions,
  detected,
  seconds,
  engagements,
  advantage,
}: CheatFigures): string {
  const median = seconds.median === null ? "never" : `${seconds.median} s, ${engagements.median} engagements`;
  const p99 = seconds.p99 === null ? "never" : `${seconds.p99} s, ${engagements.p99}`;
  return `${cheat} on ${network}: ${detected} of ${sessions}; median ${median}; p99 ${p99}; speed ${(advantage.speed * 100).toFixed(1)} %, look-back to ${advantage.lookBackMs.max} ms, hits × ${advantage.hits}`;
}
