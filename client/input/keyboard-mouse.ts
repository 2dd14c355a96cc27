/**
 * Keyboard and mouse: WASD or arrows move, the mouse aims, its left button fires, space dashes, Q or the right button
 * changes the weapon. Losing the window's focus lets go of everything.
 */
import type { ControlState } from "./control-state.ts";

const MOVES: Readonly<Record<string, readonly [x: number, y: number]>> = {
  KeyW: [0, -1],
  ArrowUp: [0, -1],
  KeyS: [0, 1],
  ArrowDown: [0, 1],
  KeyA: [-1, 0],
  ArrowLeft: [-1, 0],
  KeyD: [1, 0],
  ArrowRight: [1, 0],
};

const LEFT_BUTTON = 0;
const RIGHT_BUTTON = 2;

export class KeyboardMouse {
  /** The pointer in CSS pixels, undefined until a mouse has moved. */
  pointer: { x: number; y: number } | undefined;
  readonly #controls: ControlState;
  readonly #held = new Set<string>();
  readonly #listeners = new AbortController();

  constructor(surface: HTMLElement, controls: ControlState) {
    this.#controls = controls;
    const { signal } = this.#listeners;
    window.addEventListener("keydown", (event) => this.#keyDown(event), { signal });
    window.addEventListener("keyup", (event) => this.#keyUp(event), { signal });
    window.addEventListener("blur", () => this.release(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.release(), { signal });
    surface.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
    surface.addEventListener("pointerdown", (event) => this.#pointerDown(event), { signal });
    window.addEventListener("pointermove", (event) => this.#pointerMove(event), { signal });
    window.addEventListener("pointerup", (event) => this.#pointerUp(event), { signal });
  }

  release(): void {
    this.#held.clear();
    this.#controls.release();
  }

  destroy(): void {
    this.release();
    this.#listeners.abort();
  }

  #keyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.code in MOVES) {
      event.preventDefault();
      this.#held.add(event.code);
      this.#applyMoves();
    } else if (event.code === "Space") {
      event.preventDefault();
      if (!event.repeat) this.#controls.pressDash();
    } else if (event.code === "KeyQ" && !event.repeat) {
      this.#controls.toggleWeapon();
    }
  }

  #keyUp(event: KeyboardEvent): void {
    if (this.#held.delete(event.code)) this.#applyMoves();
  }

  #applyMoves(): void {
    let x = 0;
    let y = 0;
    for (const code of this.#held) {
      const move = MOVES[code];
      if (!move) continue;
      x += move[0];
      y += move[1];
    }
    this.#controls.moveX = Math.sign(x);
    this.#controls.moveY = Math.sign(y);
  }

  #pointerDown(event: PointerEvent): void {
    if (event.pointerType !== "mouse") return;
    this.#pointerMove(event);
    if (event.button === LEFT_BUTTON) this.#controls.setFire(true);
    else if (event.button === RIGHT_BUTTON) this.#controls.toggleWeapon();
  }

  #pointerMove(event: PointerEvent): void {
    if (event.pointerType !== "mouse") return;
    this.pointer ??= { x: 0, y: 0 };
    this.pointer.x = event.clientX;
    this.pointer.y = event.clientY;
  }

  #pointerUp(event: PointerEvent): void {
    if (event.pointerType === "mouse" && event.button === LEFT_BUTTON) this.#controls.setFire(false);
  }
}
