/**
 * Touch: a stick under the left thumb moves, one under the right thumb aims and, pushed far, fires; two buttons dash
 * and change the weapon. A stick appears where its thumb lands. Built at once, shown with the first touch.
 */
import { button, element } from "../dom.ts";
import type { ControlState } from "./control-state.ts";

/** How far a knob travels, CSS pixels. */
const REACH = 52;
const MOVE_DEAD_ZONE = 0.28;
const AIM_DEAD_ZONE = 0.2;
const FIRE_AT = 0.62;
const OCTANT = Math.PI / 4;

interface Stick {
  root: HTMLElement;
  knob: HTMLElement;
  pointerId: number | undefined;
  originX: number;
  originY: number;
}

export class TouchSticks {
  readonly root: HTMLElement;
  /** Whether touch is what the player plays with. */
  active = false;
  readonly #controls: ControlState;
  readonly #move = createStick("stick stick-move");
  readonly #aim = createStick("stick stick-aim");
  readonly #listeners = new AbortController();

  constructor(surface: HTMLElement, controls: ControlState) {
    this.#controls = controls;
    const dash = button("Dash", { className: "touch-button touch-dash" }, () => undefined);
    const swap = button("Swap", { className: "touch-button touch-swap" }, () => undefined);
    this.root = element("div", { className: "touch" }, this.#move.root, this.#aim.root, dash, swap);
    const { signal } = this.#listeners;
    dash.addEventListener("pointerdown", () => controls.pressDash(), { signal });
    swap.addEventListener("pointerdown", () => controls.toggleWeapon(), { signal });
    surface.addEventListener("pointerdown", (event) => this.#start(event), { signal });
    window.addEventListener("pointermove", (event) => this.#drag(event), { signal });
    for (const type of ["pointerup", "pointercancel"] as const)
      window.addEventListener(type, (event) => this.#end(event), { signal });
    if (window.matchMedia("(pointer: coarse)").matches) this.#activate();
  }

  destroy(): void {
    this.#listeners.abort();
    this.root.remove();
  }

  #activate(): void {
    this.active = true;
    this.root.classList.add("touch-active");
    document.body.classList.add("plays-by-touch");
  }

  #start(event: PointerEvent): void {
    if (event.pointerType === "mouse") return;
    event.preventDefault();
    this.#activate();
    const stick = event.clientX < window.innerWidth / 2 ? this.#move : this.#aim;
    if (stick.pointerId !== undefined) return;
    stick.pointerId = event.pointerId;
    stick.originX = event.clientX;
    stick.originY = event.clientY;
    stick.root.style.left = `${event.clientX}px`;
    stick.root.style.top = `${event.clientY}px`;
    stick.root.classList.add("stick-held");
  }

  #drag(event: PointerEvent): void {
    const stick = this.#stickOf(event);
    if (!stick) return;
    const dx = (event.clientX - stick.originX) / REACH;
    const dy = (event.clientY - stick.originY) / REACH;
    const length = Math.hypot(dx, dy);
    const scale = length > 1 ? REACH / length : REACH;
    stick.knob.style.transform = `translate(${dx * scale}px, ${dy * scale}px)`;
    if (stick === this.#move) this.#applyMove(dx, dy, length);
    else this.#applyAim(dx, dy, length);
  }

  #end(event: PointerEvent): void {
    const stick = this.#stickOf(event);
    if (!stick) return;
    stick.pointerId = undefined;
    stick.knob.style.transform = "";
    stick.root.style.left = "";
    stick.root.style.top = "";
    stick.root.classList.remove("stick-held", "stick-firing");
    if (stick === this.#move) this.#applyMove(0, 0, 0);
    else this.#controls.setFire(false);
  }

  #stickOf(event: PointerEvent): Stick | undefined {
    if (this.#move.pointerId === event.pointerId) return this.#move;
    return this.#aim.pointerId === event.pointerId ? this.#aim : undefined;
  }

  /** The wire carries eight directions, so the stick is read in octants. */
  #applyMove(dx: number, dy: number, length: number): void {
    if (length < MOVE_DEAD_ZONE) {
      this.#controls.moveX = 0;
      this.#controls.moveY = 0;
      return;
    }
    const octant = Math.round(Math.atan2(dy, dx) / OCTANT) * OCTANT;
    this.#controls.moveX = Math.sign(Math.round(Math.cos(octant)));
    this.#controls.moveY = Math.sign(Math.round(Math.sin(octant)));
    // Without a thumb on the aiming stick a fighter looks where it runs.
    if (this.#aim.pointerId === undefined) this.#controls.aim = octant;
  }

  #applyAim(dx: number, dy: number, length: number): void {
    if (length < AIM_DEAD_ZONE) return;
    this.#controls.aim = Math.atan2(dy, dx);
    const firing = length >= FIRE_AT;
    if (firing !== this.#controls.fire) this.#controls.setFire(firing);
    this.#aim.root.classList.toggle("stick-firing", firing);
  }
}

function createStick(className: string): Stick {
  const knob = element("div", { className: "stick-knob" });
  const root = element("div", { className }, knob);
  return { root, knob, pointerId: undefined, originX: 0, originY: 0 };
}
