/**
 * What watching players costs. First the validators alone, an input at a time, against the step of the same fight
 * without them; then a whole server: Skirmish with guard, validators, fog of war and recordings against the same
 * simulation in a bare Colyseus room, by CPU time, over real sockets. Both sides of each run in turn, in one run.
 *
 * Options: `--rounds` (default 9) and `--ticks` (default 5400) of the first; `--cpu-rounds` (default 5), `--rooms` of
 * eight (default 4) and `--seconds` (default 10) of the second.
 */
import type { Experiment } from "../run.ts";
import { measureInputCost } from "./validators/input-cost.ts";
import { measureRoomCpu } from "./validators/room-cpu.ts";

const experiment: Experiment = {
  about: "What validators cost an input, and what the whole anti-cheat costs a server, against a bare room.",
  async run(options, progress) {
    const { rounds = "9", ticks = "5400", rooms = "4", seconds = "10" } = options;
    const input = measureInputCost(Number(rounds), Number(ticks), progress);
    progress(
      `${input.microsecondsPerInput} µs an input on top of a step of ${input.stepMicrosecondsPerInput} µs; ${input.observations} observations a round`,
    );
    const cpu = await measureRoomCpu(
      { rooms: Number(rooms), rounds: Number(options["cpu-rounds"] ?? "5"), seconds: Number(seconds) },
      progress,
    );
    progress(`a server with all of it: ${cpu.ratio}× the CPU time of the bare room`);
    return { input, cpu };
  },
};
export default experiment;
