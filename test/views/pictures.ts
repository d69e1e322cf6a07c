import { type Block, type Picture, partsOf, type Text } from "../../src/core/picture/picture.ts";
import { type ForViews, pictureOf } from "../../src/core/picture/picture-of.ts";
import { labelsOf } from "../../src/core/picture/words.ts";
import { providers } from "../../src/providers/index.ts";
import type { Answer } from "../support/trunkline.ts";

const titles = Object.fromEntries(providers.map(({ id, title }) => [id, title]));

interface RawResult {
  structuredContent?: Record<string, unknown>;
  content: { text: string }[];
  _meta?: { trunkline?: ForViews };
}

/** The picture that a view draws of an answer, as a client received it. */
export function pictured({ raw, value }: Answer): Picture {
  const { _meta } = raw as RawResult;
  const beside = _meta?.trunkline ?? {};
  return pictureOf(value, beside, labelsOf(titles, beside.fields), (at) => new Date(at).toISOString()) ?? [];
}

/** All that the model reads of it. */
export function readByModel({ raw }: Answer): string {
  return (raw as RawResult).content.map(({ text }) => text).join("\n");
}

/** Every text of a picture, with the marks around what is foreign. */
export function textsOf(picture: Picture): Text[] {
  return picture.flatMap(textsIn);
}

function textsIn(block: Block): Text[] {
  switch (block.kind) {
    case "heading":
      return [block.text, ...block.pills.map(({ text }) => text)];
    case "say":
      return [block.text];
    case "facts":
      return block.rows.flat();
    case "list":
      return [block.title, ...block.lines];
    case "progress":
      return [];
    case "flow":
      return [block.title, block.note, ...block.stops.flatMap(({ label, lines, missing = "" }) => [label, ...lines, missing])];
    case "trunks":
      return block.rows.flatMap(({ name, pills, cells, wrong }) => [name, ...pills.map(({ text }) => text), ...cells.flat(), ...wrong]);
  }
}

export function foreignIn(picture: Picture): string[] {
  return textsOf(picture)
    .flatMap(partsOf)
    .flatMap(({ text, foreign }) => (foreign ? [text.replace(/^"|"$/g, "")] : []));
}

/** The words of a picture as somebody reads them aloud. */
export function aloud(picture: Picture): string {
  return textsOf(picture)
    .map((text) =>
      partsOf(text)
        .map((part) => part.text)
        .join(""),
    )
    .join("\n");
}
