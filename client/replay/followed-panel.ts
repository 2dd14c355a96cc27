/** The followed fighter in numbers: what it has, where it aims, what its player's hands do, and how its shots were judged. */
import {
  BUTTON_ALTERNATE,
  BUTTON_DASH,
  BUTTON_FIRE,
  DASH_COOLDOWN_TICKS,
  LAUNCHER,
} from "../../rooms/skirmish/shared/constants.ts";
import type { Rerun } from "../../rooms/skirmish/shared/rerun.ts";
import { element, setText } from "../dom.ts";
import { fighterHue, sidesOf } from "../match/sides.ts";
import { fighterColour } from "../scene/palette.ts";
import type { LoggedShot, ShotLog } from "./shot-log.ts";
import { clockTime, degrees } from "./times.ts";

const KEYS = ["W", "A", "S", "D", "Fire", "Dash", "Swap"] as const;
type Key = (typeof KEYS)[number];
type FollowedValue = "health" | "weapon" | "dash" | "aim" | "place" | "sees";

export interface FollowedState {
  run: Rerun;
  shots: ShotLog;
  followed: string | undefined;
  xray: boolean;
  /** How many living fighters it does not see. */
  hidden: number;
}

export class FollowedPanel {
  readonly root: HTMLElement;
  readonly #name = element("b", { className: "followed-name", testId: "replay-followed" });
  readonly #tag = element("span", { className: "badge" });
  readonly #bar = element("i");
  readonly #values: Readonly<Record<FollowedValue, HTMLElement>>;
  readonly #keys = new Map<Key, HTMLElement>(
    KEYS.map((key) => [key, element("kbd", { className: `hand hand-${key.toLowerCase()}`, text: key })]),
  );
  readonly #shots = element("ol", { className: "followed-shots", testId: "replay-shots" });
  readonly #sees: HTMLElement;
  #shownShots: readonly LoggedShot[] = [];

  constructor() {
    const value = (testId: string) => element("dd", { testId: `replay-${testId}` });
    this.#values = {
      health: value("health"),
      weapon: value("weapon"),
      dash: value("dash"),
      aim: value("aim"),
      place: value("place"),
      sees: value("sees"),
    };
    const line = (name: string, key: FollowedValue) =>
      element("div", {}, element("dt", { text: name }), this.#values[key]);
    this.#sees = line("Sees", "sees");
    this.root = element(
      "section",
      { className: "followed panel", testId: "replay-numbers" },
      element("header", {}, this.#name, this.#tag),
      element("div", { className: "followed-health" }, this.#bar),
      element(
        "dl",
        {},
        line("Health", "health"),
        line("Weapon", "weapon"),
        line("Dash", "dash"),
        line("Aim", "aim"),
        line("Place", "place"),
        this.#sees,
      ),
      element("div", { className: "hands" }, ...this.#keys.values()),
      this.#shots,
    );
    this.root.ariaLabel = "The followed fighter";
  }

  update({ run, shots, followed, xray, hidden }: FollowedState): void {
    const fighter = followed === undefined ? undefined : run.world.fighters.get(followed);
    this.root.hidden = fighter === undefined;
    if (!fighter || followed === undefined) return;
    const { world, tickRate } = run;
    setText(this.#name, fighter.name);
    this.#name.style.color = fighterColour(fighterHue(sidesOf(world, followed), fighter));
    setText(this.#tag, fighter.bot ? "bot" : "");
    this.#tag.hidden = !fighter.bot;
    this.#bar.style.width = `${fighter.health}%`;
    this.#bar.classList.toggle("followed-low", fighter.health < 35);
    const inSeconds = (ticks: number): string => `${(Math.max(0, ticks) / tickRate).toFixed(2)} s`;
    const weapon = fighter.weapon === LAUNCHER ? "Launcher" : "Rifle";
    setText(this.#values.health, healthText(fighter, world.tick, inSeconds));
    setText(
      this.#values.weapon,
      fighter.weaponCooldown > 0 ? `${weapon}, in ${inSeconds(fighter.weaponCooldown)}` : `${weapon}, ready`,
    );
    setText(this.#values.dash, dashText(fighter, inSeconds));
    setText(this.#values.aim, `${degrees(fighter.angle)}°`);
    setText(this.#values.place, `${fighter.x.toFixed(1)}, ${fighter.y.toFixed(1)} m`);
    const others = [...world.fighters.values()].filter(({ health }) => health > 0).length - 1;
    this.#sees.hidden = !xray || fighter.health === 0;
    setText(this.#values.sees, `${others - hidden} of ${others}`);
    this.#showHands(run, followed);
    this.#showShots(shots.of(followed), tickRate);
  }

  #showHands({ inputs }: Rerun, followed: string): void {
    const { moveX = 0, moveY = 0, buttons = 0 } = inputs.get(followed)?.at(-1) ?? {};
    const held: Readonly<Record<Key, boolean>> = {
      W: moveY < 0,
      A: moveX < 0,
      S: moveY > 0,
      D: moveX > 0,
      Fire: (buttons & BUTTON_FIRE) !== 0,
      Dash: (buttons & BUTTON_DASH) !== 0,
      Swap: (buttons & BUTTON_ALTERNATE) !== 0,
    };
    for (const [key, node] of this.#keys) node.classList.toggle("hand-held", held[key]);
  }

  #showShots(shots: readonly LoggedShot[], tickRate: number): void {
    const same =
      shots.length === this.#shownShots.length && shots.every((shot, i) => shot === this.#shownShots[i]);
    if (same) return;
    this.#shownShots = [...shots];
    this.#shots.replaceChildren(...shots.map((shot) => shotLine(shot, tickRate)));
  }
}

function healthText(
  { health, respawnAt, shieldUntil }: { health: number; respawnAt: number; shieldUntil: number },
  tick: number,
  inSeconds: (ticks: number) => string,
): string {
  if (health === 0) return respawnAt > tick ? `Dead, back in ${inSeconds(respawnAt - tick)}` : "Dead";
  return shieldUntil > tick ? `${health}, shielded` : String(health);
}

function dashText(
  { dashTicks, dashCooldown }: { dashTicks: number; dashCooldown: number },
  inSeconds: (ticks: number) => string,
): string {
  if (dashTicks > 0) return "Dashing";
  return dashCooldown > 0 ? `In ${inSeconds(Math.min(dashCooldown, DASH_COOLDOWN_TICKS))}` : "Ready";
}

function shotLine({ tick, weapon, lookedBackMs, hit }: LoggedShot, tickRate: number): HTMLElement {
  const what = weapon === LAUNCHER ? "Shell" : hit ? `Hit ${hit.name}` : "Missed";
  const line = element(
    "li",
    { className: hit ? "shot-hit" : "" },
    element("span", { className: "quiet", text: clockTime(tick / tickRate, true) }),
    element("span", { className: "shot-what", text: what }),
    element("span", { className: "shot-damage", text: hit && hit.damage > 0 ? `−${hit.damage}` : "" }),
    element("span", {
      className: "shot-back",
      text: lookedBackMs === undefined ? "now" : `${Math.round(lookedBackMs)} ms back`,
    }),
  );
  line.title =
    lookedBackMs === undefined
      ? "Judged in the world as it was"
      : "Judged where the shooter's screen showed everybody";
  return line;
}
