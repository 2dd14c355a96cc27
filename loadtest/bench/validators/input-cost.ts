/**
 * What the validators cost an input, at full speed in this process: eight pairs of hands fight, and the very same fight is
 * stepped with and without inspection, in turn.
 */
import { EngagementFeed } from "../../../rooms/skirmish/engagement-feed.ts";
import { skirmishValidators } from "../../../rooms/skirmish/match-watch.ts";
import { loadMap } from "../../../rooms/skirmish/shared/arena-map.ts";
import { BUTTON_FIRE, TICK_RATE } from "../../../rooms/skirmish/shared/constants.ts";
import type { FighterInput } from "../../../rooms/skirmish/shared/fighter-step.ts";
import foundry from "../../../rooms/skirmish/shared/maps/foundry.json" with { type: "json" };
import { stepMatch } from "../../../rooms/skirmish/shared/match-step.ts";
import type { MatchContext, MatchEvent, MatchWorld } from "../../../rooms/skirmish/shared/match-world.ts";
import { buildNavGrid } from "../../../rooms/skirmish/shared/nav-grid.ts";
import { PositionHistory } from "../../../rooms/skirmish/shared/position-history.ts";
import { createRandom } from "../../../rooms/skirmish/shared/random.ts";
import { enterMatch } from "../../../rooms/skirmish/shared/roster.ts";
import { Fighter, Projectile, SkirmishState } from "../../../schemas/skirmish-state.ts";
import { PlayerInspection } from "../../../src/anticheat/player-inspection.ts";
import { validatorConfig } from "../../../src/config/validator-config.ts";
import { PlayerHands } from "../../labs/netcode/player-hands.ts";
import { median } from "../../median.ts";

const MAP = loadMap(foundry);
const GRID = buildNavGrid(MAP);
const PLAYERS = 8;
const STEP_MS = 1000 / TICK_RATE;
const PROOF_EVERY_TICKS = 12;
const SEEN_TICKS_AGO = 4;

export interface InputCost {
  rounds: number;
  inputsPerRound: number;
  /** Of all validators together. */
  microsecondsPerInput: number;
  /** The step itself, for comparison. */
  stepMicrosecondsPerInput: number;
  /** With inspection against without. */
  medianRatio: number;
  /** Observations that trials made in one round: the work was done. */
  observations: number;
}

/** One recorded fight: what everybody does in each tick. */
type Script = readonly ReadonlyMap<string, FighterInput>[];

export function measureInputCost(rounds: number, ticks: number, progress: (line: string) => void): InputCost {
  const script = record(ticks);
  const ratios: number[] = [];
  const extra: number[] = [];
  const bare: number[] = [];
  let observations = 0;
  for (let round = -2; round < rounds; round += 1) {
    const without = stepAll(script, undefined);
    const inspector = new Inspector();
    const with_ = stepAll(script, inspector);
    // The first two rounds warm the compiler up.
    if (round < 0) continue;
    observations = inspector.observations;
    ratios.push(with_ / without);
    extra.push(with_ - without);
    bare.push(without);
    progress(`round ${round + 1}/${rounds}: ${(with_ / without).toFixed(2)}× the bare step`);
  }
  const inputs = ticks * PLAYERS;
  const micro = (ms: number): number => Number(((ms / inputs) * 1000).toFixed(3));
  return {
    rounds,
    inputsPerRound: inputs,
    microsecondsPerInput: micro(median(extra)),
    stepMicrosecondsPerInput: micro(median(bare)),
    medianRatio: Number(median(ratios).toFixed(3)),
    observations,
  };
}

class Inspector {
  observations = 0;
  readonly feed: EngagementFeed;
  readonly #players = new Map<string, PlayerInspection>();

  constructor() {
    const validators = skirmishValidators(validatorConfig.parse(undefined));
    for (let index = 0; index < PLAYERS; index += 1) {
      const listener = { overstepped: () => undefined, observed: () => (this.observations += 1) };
      this.#players.set(`player-${index}`, new PlayerInspection(validators, STEP_MS, 0, listener));
    }
    this.feed = new EngagementFeed({
      map: MAP,
      finished: (key, found) => this.#players.get(key)?.engaged(found),
    });
    this.feed.begin(0);
  }

  input(key: string, input: FighterInput, tick: number): void {
    const player = this.#players.get(key) as PlayerInspection;
    const at = tick * STEP_MS;
    player.received({ at, stampAt: at - 100, fields: input as unknown as Record<string, number> });
    if (tick % PROOF_EVERY_TICKS === 0) player.proved({ sentAt: at - 50, at });
    this.feed.consumed(key, input, tick - SEEN_TICKS_AGO, false, tick);
    player.acted(at, (input.buttons & BUTTON_FIRE) !== 0, this.feed.isInFight(key));
  }
}

function openFight(inputOf: (key: string) => FighterInput, emit: (event: MatchEvent) => void) {
  const world = new SkirmishState() as unknown as MatchWorld;
  const context: MatchContext = {
    map: MAP,
    rules: { minFighters: 2, countdownTicks: 1, matchTicks: 1e9, overTicks: 1, scoreLimit: 0 },
    random: createRandom(5),
    dt: 1 / TICK_RATE,
    history: new PositionHistory(),
    phaseTicks: 1e9,
    nextProjectile: 0,
    inputsOf: (key) => [inputOf(key)],
    createProjectile: () => new Projectile(),
    emit,
  };
  world.phase = "live";
  for (let index = 0; index < PLAYERS; index += 1)
    enterMatch(world, context, `player-${index}`, Object.assign(new Fighter(), { slot: index }));
  return { world, context };
}

function record(ticks: number): Script {
  const script: Map<string, FighterInput>[] = [];
  const hands = new Map(
    Array.from({ length: PLAYERS }, (_, index) => [`player-${index}`, new PlayerHands(index + 1, MAP, GRID)]),
  );
  const { world, context } = openFight(
    (key) => {
      const input = (hands.get(key) as PlayerHands).step(key, world);
      (script.at(-1) as Map<string, FighterInput>).set(key, input);
      return input;
    },
    () => undefined,
  );
  for (let tick = 0; tick < ticks; tick += 1) {
    script.push(new Map());
    stepMatch(world, context);
  }
  return script;
}

function stepAll(script: Script, inspector: Inspector | undefined): number {
  let tick = 0;
  const { world, context } = openFight(
    (key) => {
      const input = (script[tick] as ReadonlyMap<string, FighterInput>).get(key) as FighterInput;
      inspector?.input(key, input, tick);
      return input;
    },
    (event) => inspector?.feed.happened(event),
  );
  const startedAt = performance.now();
  for (; tick < script.length; tick += 1) {
    stepMatch(world, context);
    inspector?.feed.afterTick(world, context.history);
  }
  return performance.now() - startedAt;
}
