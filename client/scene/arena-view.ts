/**
 * The picture of the arena: owns the renderer, the camera, the layers and every view in them. Layers, bottom to top:
 * map, decals, shells, fighters, smoke, walls, light, and the overlay in screen pixels.
 */
import { Application, Container, Sprite, Texture } from "pixi.js";
import type { ArenaMap } from "../../rooms/skirmish/shared/arena-map.ts";
import { Camera } from "./camera.ts";
import { Effects } from "./effects.ts";
import { FighterView } from "./fighter-view.ts";
import { FloatingNumbers } from "./floating-numbers.ts";
import { MAP_MARGIN, paintArena } from "./map-painter.ts";
import { INK } from "./palette.ts";
import { ShellViews } from "./shell-views.ts";
import { TextureSet } from "./textures.ts";
import { WallMesh } from "./wall-mesh.ts";

const MOST_DEVICE_PIXELS = 2;
const LONGEST_MAP_TEXTURE = 4096;
const TEXTURES_PER_BATCH = 2;
const LONGER_THAN_EFFECTS = 60;

export class ArenaView {
  readonly camera: Camera;
  readonly effects: Effects;
  readonly numbers: FloatingNumbers;
  readonly shells: ShellViews;
  readonly #app: Application;
  readonly #textures = new TextureSet();
  readonly #world = new Container();
  readonly #overlay = new Container();
  readonly #fighterLayer = new Container();
  readonly #walls: WallMesh;
  readonly #mapTexture: Texture;
  readonly #fighters = new Map<string, FighterView>();
  readonly #resized: ResizeObserver;

  static async open(parent: HTMLElement, map: ArenaMap): Promise<ArenaView> {
    const app = new Application();
    await app.init({
      preference: "webgl",
      background: INK,
      antialias: false,
      autoDensity: true,
      resolution: Math.min(MOST_DEVICE_PIXELS, window.devicePixelRatio || 1),
      width: parent.clientWidth,
      height: parent.clientHeight,
      // The match draws when it has moved everything, not when a ticker says so.
      autoStart: false,
      sharedTicker: false,
      eventMode: "none",
    });
    // A batch's shader has a branch for each texture it may sample, and pays for all of them in every pixel. The
    // scene needs two (the floor and the sheet), so the renderer's usual sixteen would only cost frames.
    if ("limits" in app.renderer) app.renderer.limits.maxBatchableTextures = TEXTURES_PER_BATCH;
    parent.append(app.canvas);
    return new ArenaView(app, parent, map);
  }

  private constructor(app: Application, parent: HTMLElement, map: ArenaMap) {
    this.#app = app;
    this.camera = new Camera(map.width, map.height);
    this.camera.resize(parent.clientWidth, parent.clientHeight);
    const widest = Math.max(map.width, map.height) + MAP_MARGIN * 2;
    const scale = Math.min(
      LONGEST_MAP_TEXTURE / widest,
      Math.ceil(this.camera.zoom * app.renderer.resolution),
    );
    this.#mapTexture = Texture.from(paintArena(map, scale), true);
    const floor = new Sprite(this.#mapTexture);
    floor.position.set(-MAP_MARGIN, -MAP_MARGIN);
    floor.scale.set(1 / scale);
    // It is opaque and covers the screen: blending it with nothing would cost a tenth of a frame in software.
    floor.blendMode = "none";
    this.#walls = new WallMesh(map);
    const ground = new Container();
    const smoke = new Container();
    const light = new Container();
    this.shells = new ShellViews(this.#textures);
    this.#world.addChild(floor, ground, this.shells, this.#fighterLayer, smoke, this.#walls, light);
    this.effects = new Effects(this.#textures, { ground, smoke, light });
    this.numbers = new FloatingNumbers(this.#textures);
    this.#overlay.addChild(this.numbers);
    app.stage.addChild(this.#world, this.#overlay);
    this.#resized = new ResizeObserver(() => this.#resize(parent.clientWidth, parent.clientHeight));
    this.#resized.observe(parent);
  }

  /** What lies over the whole arena, in metres: whoever adds it moves it, and it goes with the arena. */
  addLayer(layer: Container): void {
    this.#world.addChild(layer);
  }

  /** Lies over the floor and under everybody, in metres: see `addLayer`. */
  addShade(layer: Container): void {
    this.#world.addChildAt(layer, this.#world.getChildIndex(this.shells));
  }

  /** The fighter's view, made when it is first asked for, and anew when its colour, or whose it is, changed. */
  fighter(key: string, options: { hue: number; name: string; own: boolean }): FighterView {
    let view = this.#fighters.get(key);
    if (view?.hue !== options.hue || view.own !== options.own) {
      view?.destroy();
      view = new FighterView(this.#textures, options);
      this.#fighters.set(key, view);
      this.#fighterLayer.addChild(view.body);
      this.#overlay.addChildAt(view.label, 0);
    }
    return view;
  }

  findFighter(key: string): FighterView | undefined {
    return this.#fighters.get(key);
  }

  /** Forgets the views of fighters who left. */
  keepFighters(stays: (key: string) => boolean): void {
    for (const [key, view] of this.#fighters) {
      if (stays(key)) continue;
      view.destroy();
      this.#fighters.delete(key);
    }
  }

  render(dt: number): void {
    const { camera } = this;
    this.effects.update(dt);
    this.numbers.update(dt, camera);
    this.#walls.lean(camera.x, camera.y);
    this.#world.scale.set(camera.zoom);
    this.#world.position.set(
      camera.width / 2 - camera.x * camera.zoom,
      camera.height / 2 - camera.y * camera.zoom,
    );
    this.#app.render();
  }

  /** Nothing that flashes, flies or smokes is left: what is shown next has nothing to do with what was. */
  clearEffects(): void {
    this.effects.update(LONGER_THAN_EFFECTS);
    this.numbers.update(LONGER_THAN_EFFECTS, this.camera);
  }

  destroy(): void {
    this.#resized.disconnect();
    for (const view of this.#fighters.values()) view.destroy();
    this.#fighters.clear();
    this.#app.destroy({ removeView: true }, { children: true });
    // After the renderer, which would complain about textures that vanish while it holds them.
    this.#walls.freeTextures();
    this.#mapTexture.destroy(true);
    this.#textures.destroy();
  }

  #resize(width: number, height: number): void {
    if (width === 0 || height === 0) return;
    this.#app.renderer.resize(width, height);
    this.camera.resize(width, height);
  }
}
