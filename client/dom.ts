/** Small helpers for building the page. Text always goes in as text, never as markup: names come from players. */

interface ElementOptions {
  className?: string;
  text?: string;
  testId?: string;
}

const SVG = "http://www.w3.org/2000/svg";

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  { className, text, testId }: ElementOptions = {},
  ...children: Node[]
): HTMLElementTagNameMap[Tag] {
  const node = document.createElement(tag);
  if (className !== undefined) node.className = className;
  if (text !== undefined) node.textContent = text;
  if (testId !== undefined) node.dataset.testid = testId;
  node.append(...children);
  return node;
}

export function button(
  text: string,
  options: { className?: string; testId?: string },
  onClick: () => void,
): HTMLButtonElement {
  const node = element("button", { ...options, text });
  node.type = "button";
  node.addEventListener("click", onClick);
  return node;
}

/** @param hash of this page's own routes: `routeHash` makes it. */
export function link(text: string, hash: string, options: { className?: string; testId?: string } = {}) {
  const node = element("a", { ...options, text });
  node.href = hash;
  return node;
}

export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | number>> = {},
  ...children: Node[]
): SVGElementTagNameMap[Tag] {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

/** Writes only what changed: a text that is set again still costs a layout. */
export function setText(node: Element, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** What the page is showing, for style sheets and for tests: a match's phase, or one of the states around it. */
export function setPagePhase(phase: string): void {
  if (document.body.dataset.phase !== phase) document.body.dataset.phase = phase;
}

export function wantsLessMotion(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
