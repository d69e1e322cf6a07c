import * as z from "zod";
import { type Connect, connectSchema } from "../../core/carrier/connection.ts";
import type { AnyProvider } from "../../core/carrier/provider.ts";
import { oneSetupSchema, type Setup, setupFields } from "../../core/carrier/setup.ts";
import { TrunkError } from "../../core/errors.ts";
import { cleanText } from "../../core/text.ts";
import { fieldOf, type PlacedSetup, sentence } from "./read-setups.ts";

/** Wishes that are fulfilled once and then no longer true have no place in a description of how things are to be. */
const once = { new_name: true, expect_alias: true, remove: true } as const;
const connect = connectSchema.optional().describe("The agents that answer or call: both ends are set up");
const entrySchema = oneSetupSchema.omit(once).extend({ connect });
/** Fields that a connection fills in. */
const connected = ["use_case", "ips", "destinations", "alias", "credentials", "exactly"] as const;

const fileOf = <Entry extends z.ZodType>(entry: Entry) =>
  z.strictObject({
    version: z.literal(1).describe("Always 1"),
    trunks: z.array(entry).max(500).describe("One entry for each use of a trunk"),
  });

/** Desired state as a file. */
const fileSchema = fileOf(
  entrySchema.superRefine((entry, context) => {
    for (const field of connected.filter((name) => entry.connect && entry[name] !== undefined))
      context.addIssue({
        code: "custom",
        path: [field],
        message: "connect sets this; what else the trunk has goes into an entry of its own",
      });
  }),
);

/** For editors: completion and checks while the file is written. */
export function fileJsonSchema(carriers: readonly AnyProvider[]): Record<string, unknown> {
  const platforms = carriers.flatMap(({ id, platform }) => (platform ? [id] : [])).join(", ");
  const named = connectSchema.extend({ platform: connectSchema.shape.platform.describe(platforms) });
  const entry = entrySchema.extend({ ...setupFields(carriers), connect: named.optional().describe(connect.description ?? "") });
  const { $schema, ...rest } = z.toJSONSchema(fileOf(entry), { io: "input" });
  return { $schema, title: "Trunks as Trunkline plans them", ...rest };
}

/** An entry of a file, and where it stands there. */
export interface FileEntry extends PlacedSetup {
  connect?: Connect | undefined;
}

/** A CommonJS package: bundled, it has nothing but a default export. */
async function loadYaml() {
  const loaded = await import("yaml");
  return "default" in loaded ? (loaded.default as typeof loaded) : loaded;
}

/** No hand writes more than this; a file is read whole. */
const MOST_CHARACTERS = 2_000_000;

/** The setups of a file. Every mistake in it is one sentence with line and column. */
export async function parseFile(text: string): Promise<FileEntry[]> {
  if (text.length > MOST_CHARACTERS) throw mistake([`The file is longer than ${MOST_CHARACTERS} characters.`]);
  const { LineCounter, parseDocument, isNode } = await loadYaml();
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset);
    return `line ${line}, column ${col}`;
  };
  if (document.errors.length > 0) throw mistake(document.errors.map((error) => `${at(error.pos[0])}: ${cleanText(error.message, 200)}.`));
  const parsed = fileSchema.safeParse(plain(document));
  if (parsed.success) return parsed.data.trunks.map(toEntry);
  const placeOf = (path: readonly PropertyKey[]): string => {
    for (let length = path.length; length >= 0; length--) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return at(node.range[0]);
    }
    return "line 1";
  };
  throw mistake(
    parsed.error.issues.map((issue) => {
      const key = issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
      const field = fieldOf("", issue);
      return `${placeOf([...issue.path, ...key])}: ${field === "" ? "" : `${field}: `}${sentence(issue)}`;
    }),
  );
}

function toEntry({ connect, ...setup }: z.infer<typeof entrySchema>, index: number): FileEntry {
  return { setup, at: `trunks.${index}.`, ...(connect ? { connect } : {}) };
}

/** Aliases that multiply are a way to fill the memory; a setup needs none. */
function plain(document: { toJS(options: { maxAliasCount: number }): unknown }): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw mistake([
      error instanceof ReferenceError ? "The file has too many aliases, or one that points nowhere." : "The file cannot be read.",
    ]);
  }
}

const MOST_SAID = 20;

function mistake(sentences: readonly string[]): TrunkError {
  const more = sentences.length > MOST_SAID ? ` And ${sentences.length - MOST_SAID} more.` : "";
  return new TrunkError("invalid_input", `${sentences.slice(0, MOST_SAID).join(" ")}${more}`, {
    hint: "Correct the file; trunkline export writes one that is right.",
  });
}

/** A live trunk as it goes into a file. */
export interface DescribedTrunk {
  setups: readonly (Setup & Pick<FileEntry, "connect">)[];
  comments: readonly string[];
}

/** `schema`: where an editor finds the JSON schema, a path or an address. */
export async function toFile(trunks: readonly DescribedTrunk[], { schema }: { schema?: string | undefined }): Promise<string> {
  const { Document, isCollection } = await loadYaml();
  const document = new Document({ version: 1, trunks: trunks.flatMap(({ setups }) => setups) });
  if (schema !== undefined) document.commentBefore = ` yaml-language-server: $schema=${cleanText(schema, 500)}`;
  let index = 0;
  for (const { setups, comments } of trunks) {
    const node = document.getIn(["trunks", index], true);
    // A comment is text of the carrier's on one line: it cannot become an entry.
    if (isCollection(node) && comments.length > 0) node.commentBefore = comments.map((comment) => ` ${cleanText(comment)}`).join("\n");
    index += setups.length;
  }
  return document.toString({ lineWidth: 0 });
}
