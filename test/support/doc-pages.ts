import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const read = (path: string) => readFileSync(join(root, path), "utf8");

export interface Block {
  /** The word after the backticks: sh, json, … */
  language: string;
  /** The words after it, such as a file's name, `serves`, `elsewhere`. GitHub does not show them. */
  note: string;
  text: string;
}

export interface DocPage {
  path: string;
  text: string;
  blocks: Block[];
}

export function blocksOf(text: string): Block[] {
  return [...text.matchAll(/^```(\w+)(?: ([^\n]+))?\n(.*?)^```$/gms)].map(([, language = "", note = "", body = ""]) => ({
    language,
    note,
    text: body,
  }));
}

/** Every page that a person reads, but those that are generated from the guides. */
export function docPages(): DocPage[] {
  const folder = join(root, "docs");
  const found = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".md"));
  const paths = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "SUPPORT.md", ...found.map((name) => relative(root, join(folder, name)))];
  return paths
    .filter((path) => !path.startsWith(join("docs", "guides")))
    .map((path) => ({ path, text: read(path), blocks: blocksOf(read(path)) }));
}

/** The commands of a shell block, one a line, without comments and continued lines joined. */
export function commandsOf({ text }: Block): string[] {
  return text
    .replaceAll("\\\n", " ")
    .split("\n")
    .map((line) => line.replace(/\s+# .*$/, "").trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** The address of a heading, as GitHub makes it. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

/** Links of a page into this repository that lead nowhere. */
export function brokenLinks({ path, text }: DocPage): string[] {
  const links = [...text.matchAll(/\]\(([^)\s]+)\)|src="([^"]+)"/g)]
    .map(([, link, image]) => link ?? image ?? "")
    .filter((target) => !/^[a-z]+:/.test(target));
  return links.filter((link) => {
    const [file = "", anchor] = link.split("#");
    const target = file === "" ? path : join(dirname(path), file);
    if (!existsSync(join(root, target))) return true;
    if (anchor === undefined) return false;
    return ![...read(target).matchAll(/^#+ (.+)$/gm)].some(([, heading = ""]) => anchorOf(heading) === anchor);
  });
}
