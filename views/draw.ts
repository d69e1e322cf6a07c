import { type Block, type Pill, partsOf, type Row, type Stop, type Text, type Tone, type TrunkRow } from "../src/core/picture/picture.ts";

type Child = Node | string | undefined;

/** An element with text in it: no value is ever markup. */
export function el(tag: string, name: string, ...children: Child[]): HTMLElement {
  const made = document.createElement(tag);
  if (name !== "") made.className = name;
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** So many lines are on the page at once; the rest is made when somebody opens it. */
const MOST = 30;

/** An address may be broken after its marks, and nowhere else. */
function breakable(text: string): Child[] {
  return text.split(/(?<=[;:,/@.])/).flatMap((piece, index) => (index === 0 ? [piece] : [document.createElement("wbr"), piece]));
}

function words(text: Text): Child[] {
  return partsOf(text).map(({ text, foreign }) => (foreign ? el("bdi", "name", ...breakable(text)) : text));
}

function pill({ text, tone }: Pill): HTMLElement {
  return el("span", `pill ${tone}`, text);
}

/** Opens to what is made then. */
function fold(title: string, make: () => Node): HTMLElement {
  const details = el("details", "", el("summary", "", title));
  details.addEventListener("toggle", () => details.append(make()), { once: true });
  return details;
}

/** The first of many, and the rest to be opened. */
function some<Item>(items: readonly Item[], make: (items: readonly Item[]) => Node): Node[] {
  const rest = items.slice(MOST);
  return [make(items.slice(0, MOST)), ...(rest.length > 0 ? [fold(`${rest.length.toLocaleString()} more`, () => make(rest))] : [])];
}

function list(lines: readonly Text[], sign = ""): HTMLElement {
  const row = (line: Text) => el("li", "", sign === "" ? undefined : el("span", "sign", `${sign} `), ...words(line));
  return el("div", "", ...some(lines, (shown) => el("ul", "", ...shown.map(row))));
}

function stop({ label, lines, missing }: Stop): HTMLElement {
  const about = missing === undefined ? (lines.length > 0 ? list(lines) : undefined) : el("p", "missing", `✗ ${missing}`);
  return el("li", missing === undefined ? "stop" : "stop broken", el("h3", "", label), about);
}

function facts(rows: readonly Row[]): HTMLElement {
  return el("dl", "", ...rows.flatMap(([label, value]) => [el("dt", "", label), el("dd", "", ...words(value))]));
}

function card({ name, pills, cells, wrong }: TrunkRow): HTMLElement {
  const title = el("h3", "title", el("span", "", ...words(name)), ...pills.map(pill));
  return el("li", "card", title, ...wrong.map((text) => el("p", "missing", `! ${text}`)), facts(cells));
}

/** From so many trunks on, a person types what they look for. */
const FILTERED = 6;

function trunks(rows: readonly TrunkRow[]): HTMLElement {
  const shown = el("div", "");
  const show = (found: readonly TrunkRow[]) => shown.replaceChildren(...some(found, (some) => el("ul", "cards", ...some.map(card))));
  show(rows);
  if (rows.length < FILTERED) return shown;
  const input = el("input", "") as HTMLInputElement;
  const count = el("p", "quiet", "");
  input.type = "search";
  input.placeholder = "Show trunks with…";
  input.setAttribute("aria-label", "Show trunks with");
  count.setAttribute("role", "status");
  input.addEventListener("input", () => {
    const asked = input.value.toLowerCase();
    const found = rows.filter((row) => searchable(row).includes(asked));
    show(found);
    count.textContent = asked === "" ? "" : `${found.length} of ${rows.length}`;
  });
  return el("div", "", input, count, shown);
}

function searchable({ name, pills, cells, wrong }: TrunkRow): string {
  return [name, ...cells.map(([, value]) => value), ...pills.map(({ text }) => text), ...wrong].join(" ").toLowerCase();
}

function progress(done: number, total: number): HTMLElement {
  const text = `${done} of ${total} steps done`;
  const bar = el("progress", "") as HTMLProgressElement;
  bar.max = Math.max(total, 1);
  bar.value = done;
  bar.setAttribute("aria-label", text);
  return el("p", "progress", bar, ` ${text}`);
}

function section(title: string, tone: Tone, ...children: Child[]): HTMLElement {
  return el("section", tone, el("h2", "", title), ...children);
}

const drawn: { [Kind in Block["kind"]]: (block: Extract<Block, { kind: Kind }>) => HTMLElement } = {
  heading: ({ text, pills }) => el("h1", "", el("span", "", ...words(text)), ...pills.map(pill)),
  flow: ({ title, note, stops, tone }) => section(title, tone, el("p", "quiet", note), el("ol", "flow", ...stops.map(stop))),
  facts: ({ rows }) => facts(rows),
  list: ({ title, tone, sign, lines, folded }) =>
    folded
      ? el(
          "section",
          tone,
          fold(title, () => list(lines, sign)),
        )
      : section(title, tone, list(lines, sign)),
  say: ({ tone, text }) => el("p", `say ${tone}`, ...words(text)),
  progress: ({ done, total }) => progress(done, total),
  trunks: ({ rows }) => trunks(rows),
};

export function draw(block: Block): HTMLElement {
  return (drawn[block.kind] as (block: Block) => HTMLElement)(block);
}
