/**
 * One fighter on screen: body, weapon, shadow, ring and shield in the arena (metres), name and health above it
 * (pixels). It draws what it is told; where a fighter stands is the connection's business.
 */
import { Container, Sprite, Text, type Texture } from "pixi.js";
import { LAUNCHER } from "../../rooms/skirmish/shared/constants.ts";
import type { Camera } from "./camera.ts";
import { EMBER_PLATING, emberPulse } from "./looks.ts";
import { fighterColour, toTint } from "./palette.ts";
import type { TextureSet } from "./textures.ts";

/** Metres that the body's texture covers. */
const BODY_METRES = 1.6;
/** Coming into sight and going out of it takes so long, seconds. */
const FADE_SECONDS = 0.12;
const BAR_WIDTH = 46;
const BAR_HEIGHT = 5;
/** Where shots leave the barrel, metres from the centre. */
export const MUZZLE_METRES = 0.98;

export interface FighterLook {
  x: number;
  y: number;
  angle: number;
  health: number;
  weapon: number;
  shielded: boolean;
  dashing: boolean;
  connected: boolean;
  /** The `look` of what the fighter wears; "" and what is not known are plain. */
  skin: string;
  /** Out of sight, where it is known. Absent where nothing ever is: then it appears and goes without fading. */
  hidden?: boolean;
}

/** What ember plating adds to a body. */
interface EmberParts {
  plating: Sprite;
  glow: Sprite;
}

export class FighterView {
  /** The place of its colour in `FIGHTER_COLOURS`. */
  readonly hue: number;
  /** The one that the picture is for: it has a ring. */
  readonly own: boolean;
  readonly colour: string;
  readonly tint: number;
  /** In the arena, metres. */
  readonly body = new Container();
  /** Above everything, pixels. */
  readonly label = new Container();
  x = 0;
  y = 0;
  angle = 0;
  /** Alive and in sight. */
  alive = false;
  /** In sight, dead or alive. */
  seen = false;
  readonly #textures: TextureSet;
  readonly #turning = new Container();
  readonly #gun: Sprite;
  readonly #torso: Sprite;
  readonly #hurt: Sprite;
  readonly #shield: Sprite;
  readonly #ring: Sprite | undefined;
  readonly #barBack: Sprite;
  readonly #barFill: Sprite;
  readonly #name: Text;
  #skin = "";
  #ember: EmberParts | undefined;
  #recoil = 0;
  #pain = 0;
  #shownHealth = 100;
  /** 0 out of sight, 1 in sight. */
  #presence = 0;
  #last: FighterLook | undefined;
  #time = Math.random() * 10;

  constructor(textures: TextureSet, options: { hue: number; name: string; own: boolean }) {
    this.#textures = textures;
    this.hue = options.hue;
    this.own = options.own;
    this.colour = fighterColour(options.hue);
    this.tint = toTint(this.colour);
    const shadow = centred(textures.shadow, 1.55);
    shadow.position.set(0.14, 0.2);
    this.#gun = new Sprite(textures.rifle);
    this.#gun.anchor.set(0.1, 0.5);
    this.#gun.scale.set(BODY_METRES / 128 / 1.35);
    this.#torso = centred(textures.fighter(options.hue), BODY_METRES);
    this.#hurt = centred(textures.fighter(options.hue), BODY_METRES);
    this.#hurt.blendMode = "add";
    this.#turning.addChild(this.#gun, this.#torso, this.#hurt);
    this.#shield = centred(textures.bubble, 2);
    this.#shield.blendMode = "add";
    this.#shield.tint = 0x8fe3ff;
    this.body.addChild(shadow);
    if (options.own) {
      this.#ring = centred(textures.ownRing, 2.05);
      this.#ring.tint = 0xfff1d0;
      this.body.addChild(this.#ring);
    }
    this.body.addChild(this.#turning, this.#shield);
    this.#name = new Text({
      text: options.name,
      resolution: 2,
      style: {
        fontFamily: [
          "Bahnschrift",
          "Roboto Condensed",
          "Arial Narrow",
          "Liberation Sans Narrow",
          "sans-serif",
        ],
        fontSize: 13,
        fontWeight: "700",
        fill: options.own ? "#fff3d6" : this.colour,
        stroke: { color: "#0d0b0a", width: 3.5, join: "round" },
      },
    });
    this.#name.anchor.set(0.5, 1);
    this.#name.position.set(0, -5);
    this.#barBack = new Sprite(textures.white);
    this.#barFill = new Sprite(textures.white);
    this.#barBack.tint = 0x0d0b0a;
    this.#barBack.alpha = 0.8;
    this.#barBack.setSize(BAR_WIDTH + 2, BAR_HEIGHT + 2);
    this.#barBack.position.set(-BAR_WIDTH / 2 - 1, -1);
    this.#barFill.position.set(-BAR_WIDTH / 2, 0);
    this.label.addChild(this.#barBack, this.#barFill, this.#name);
  }

  recoil(heavy: boolean): void {
    this.#recoil = heavy ? 0.32 : 0.15;
  }

  hurt(): void {
    this.#pain = 1;
  }

  update(dt: number, look: FighterLook, camera: Camera): void {
    this.#time += dt;
    this.x = look.x;
    this.y = look.y;
    this.angle = look.angle;
    this.#last = Object.assign(this.#last ?? { ...look }, look);
    this.seen = look.hidden !== true;
    this.alive = look.health > 0 && this.seen;
    this.#fade(dt, look);
    const drawn = look.health > 0 && this.#presence > 0;
    this.body.visible = drawn;
    this.label.visible = drawn;
    if (!drawn) return;
    this.#recoil *= Math.exp(-dt * 16);
    this.#pain *= Math.exp(-dt * 9);
    this.body.position.set(look.x, look.y);
    this.body.alpha = (look.connected ? 1 : 0.45) * this.#presence;
    this.label.alpha = this.#presence;
    this.#turning.rotation = look.angle;
    this.#turning.scale.set(look.dashing ? 1.14 : 1, look.dashing ? 0.9 : 1);
    this.#gun.texture = look.weapon === LAUNCHER ? this.#textures.launcher : this.#textures.rifle;
    this.#gun.position.set(0.22 - this.#recoil, 0.2);
    this.#hurt.alpha = this.#pain;
    if (look.skin !== this.#skin) this.#wear(look.skin);
    if (this.#ember) this.#ember.glow.alpha = emberPulse(this.#time);
    this.#shield.visible = look.shielded;
    if (look.shielded) {
      this.#shield.alpha = 0.75 + Math.sin(this.#time * 9) * 0.2;
      this.#shield.rotation = this.#time;
    }
    if (this.#ring) {
      this.#ring.rotation = look.angle;
      this.#ring.alpha = 0.7;
    }
    this.#updateLabel(dt, look, camera);
  }

  /** Nobody knows where the fighter is: what was shown of it last fades. */
  updateUnknown(dt: number, camera: Camera): void {
    this.seen = false;
    this.alive = false;
    if (!this.#last) {
      this.body.visible = false;
      this.label.visible = false;
      return;
    }
    this.#last.hidden = true;
    this.update(dt, this.#last, camera);
  }

  destroy(): void {
    this.body.destroy({ children: true });
    this.label.destroy({ children: true });
  }

  /** What a player wears becomes known after the fighter is seated, and can change with the seat. */
  #wear(skin: string): void {
    this.#skin = skin;
    this.#ember?.plating.destroy();
    this.#ember?.glow.destroy();
    this.#ember = undefined;
    if (skin !== "ember") return;
    const plating = centred(this.#textures.emberPlating, BODY_METRES);
    const glow = centred(this.#textures.glow, EMBER_PLATING.glowMetres);
    glow.blendMode = "add";
    glow.tint = toTint(EMBER_PLATING.glowColour);
    // Above the shadow and below everything else: the light falls on the floor, not on the fighter's colour.
    this.body.addChildAt(glow, 1);
    this.#turning.addChildAt(plating, this.#turning.getChildIndex(this.#torso) + 1);
    this.#ember = { plating, glow };
  }

  #fade(dt: number, { hidden }: FighterLook): void {
    if (hidden === undefined) this.#presence = 1;
    else if (hidden) this.#presence = Math.max(0, this.#presence - dt / FADE_SECONDS);
    else this.#presence = Math.min(1, this.#presence + dt / FADE_SECONDS);
  }

  #updateLabel(dt: number, look: FighterLook, camera: Camera): void {
    this.label.position.set(Math.round(camera.screenX(look.x)), Math.round(camera.screenY(look.y - 1.02)));
    this.#shownHealth += (look.health - this.#shownHealth) * (1 - Math.exp(-dt * 14));
    const share = Math.min(1, Math.max(0, this.#shownHealth / 100));
    this.#barFill.setSize(Math.max(0.5, BAR_WIDTH * share), BAR_HEIGHT);
    this.#barFill.tint = share > 0.55 ? 0x7fdc6a : share > 0.28 ? 0xffb02e : 0xff4436;
  }
}

function centred(texture: Texture, metres: number): Sprite {
  const sprite = new Sprite(texture);
  sprite.anchor.set(0.5);
  sprite.setSize(metres, metres);
  return sprite;
}
