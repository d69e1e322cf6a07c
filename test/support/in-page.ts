/** Functions that run inside the browser's page. They are sent there as text: each must stand alone. */

interface Rect {
  left: number;
  right: number;
  top: number;
  height: number;
  width: number;
}

interface Elem {
  tagName: string;
  id: string;
  type?: string;
  labels?: ArrayLike<Elem>;
  parentElement: Elem | null;
  childNodes: ArrayLike<{ nodeType: number; textContent: string }>;
  textContent: string;
  getAttribute(name: string): string | null;
  getBoundingClientRect(): Rect;
  scrollWidth: number;
}

interface Style {
  [property: string]: string;
}

declare const document: {
  documentElement: Elem;
  activeElement: Elem;
  title: string;
  querySelector(selector: string): Elem | null;
  querySelectorAll(selector: string): ArrayLike<Elem>;
  createRange(): { selectNodeContents(node: unknown): void; getBoundingClientRect(): Rect };
};
declare function getComputedStyle(element: Elem): Style;

export interface Contrast {
  what: string;
  ratio: number;
}

/** The contrast of every text with what lies behind it, and of every edge that one must see. */
export function contrasts(): { texts: Contrast[]; edges: Contrast[] } {
  type Colour = [number, number, number, number];
  const parse = (text = ""): Colour => {
    const [r = 0, g = 0, b = 0, a = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
    return [r, g, b, a];
  };
  const behind = (element: Elem | null): Colour => {
    if (!element) return [255, 255, 255, 1];
    const colour = parse(getComputedStyle(element)["backgroundColor"]);
    return colour[3] === 1 ? colour : behind(element.parentElement);
  };
  const luminance = (colour: Colour): number => {
    const [r = 0, g = 0, b = 0] = colour.slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a: Colour, b: Colour): number => {
    const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (light + 0.05) / (dark + 0.05);
  };
  const all = Array.from(document.querySelectorAll("body *"));
  const withText = all.filter(
    (element) =>
      element.tagName === "INPUT" || Array.from(element.childNodes).some((node) => node.nodeType === 3 && node.textContent.trim() !== ""),
  );
  const named = (element: Elem) => `${element.tagName} ${element.textContent.trim().slice(0, 30)}`;
  const texts = withText
    .filter((element) => element.type !== "hidden")
    .map((element) => ({ what: named(element), ratio: ratio(parse(getComputedStyle(element)["color"]), behind(element)) }));
  const edges = all
    .filter((element) => ["INPUT", "BUTTON"].includes(element.tagName) && element.type !== "hidden")
    .map((element) => ({
      what: named(element),
      ratio: ratio(parse(getComputedStyle(element)["borderTopColor"]), behind(element.parentElement)),
    }));
  const focused = document.activeElement;
  if (getComputedStyle(focused)["outlineStyle"] !== "none") {
    edges.push({ what: "focus", ratio: ratio(parse(getComputedStyle(focused)["outlineColor"]), behind(focused.parentElement)) });
  }
  return { texts, edges };
}

/** Obstacles for a screen reader or a keyboard, a line each. */
export function obstacles(): string[] {
  const all = (selector: string) => Array.from(document.querySelectorAll(selector));
  const fields = all("input:not([type=hidden])");
  const controls = [...fields, ...all("button")];
  const ids = all("[id]").map(({ id }) => id);
  const described = fields.flatMap((field) => field.getAttribute("aria-describedby")?.split(" ") ?? []);
  const wordless = (element: Elem | null | undefined) => (element?.textContent.trim() ?? "") === "";
  const which = (found: Elem[]) => found.map(({ tagName, id }) => `${tagName} ${id}`).join(", ");
  const obstacle: Record<string, boolean | string> = {
    "no language": document.documentElement.getAttribute("lang") !== "en",
    "no title": document.title === "",
    "not one h1": all("h1").length !== 1,
    "not one main": all("main").length !== 1,
    "no label": which(fields.filter(({ labels }) => labels?.length !== 1 || wordless(labels[0]))),
    "described by nothing": described.filter((id) => wordless(document.querySelector(`#${id}`))).join(", "),
    "a button without words": which(all("button").filter(wordless)),
    // A phone zooms into a field with smaller letters.
    "letters below 16px": which(controls.filter((control) => Number.parseFloat(getComputedStyle(control)["fontSize"] ?? "") < 16)),
    "too low for a finger": which(controls.filter((control) => control.getBoundingClientRect().height < 44)),
    "an id twice": new Set(ids).size !== ids.length,
    "an order of its own for the keyboard": all("[tabindex]").length > 0,
  };
  return Object.entries(obstacle)
    .filter(([, found]) => found !== false && found !== "")
    .map(([what, found]) => `${what}: ${found}`);
}

/** How wide the page is; without a viewport of its own a phone lays it out as for a desk. */
export function pageWidth(): number {
  return document.documentElement.scrollWidth;
}

export function focusedElement(): { what: string; outline: string; describedBy: string } {
  const { activeElement: element } = document;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const ids = element.getAttribute("aria-describedby")?.split(" ") ?? [];
  return {
    what: element.id || element.textContent.trim(),
    outline: `${outlineStyle} ${outlineWidth}`,
    describedBy: ids.map((id) => document.querySelector(`#${id}`)?.textContent ?? "").join(" | "),
  };
}

/** From where to where each stretch of the first sentence reaches, in pixels; all of it stands on one line. */
export function stretches(): { text: string; left: number; right: number }[] {
  const nodes = Array.from(document.querySelector("section li")?.childNodes ?? []);
  return nodes.map((node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    const { left, right } = range.getBoundingClientRect();
    return { text: node.textContent, left, right };
  });
}
