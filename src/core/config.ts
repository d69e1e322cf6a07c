import { readFileSync } from "node:fs";
import { isAbsolute } from "node:path";
import * as z from "zod";
import { brokenRule } from "./broken-rule.ts";
import type { AnyProvider } from "./carrier/provider.ts";
import { TrunkError } from "./errors.ts";
import { isSafeUrl } from "./loopback.ts";
import { readMasterKey } from "./master-key.ts";
import { UNASKED_ADDRESSES } from "./person-limits.ts";
import { Secret } from "./secret.ts";
import { cleanText, quoteText } from "./text.ts";
import { unknownSetting } from "./unknown-setting.ts";

/** A setting that must not be printed: parsed into a Secret at once. */
export const secretSetting = () =>
  z
    .string()
    .min(1)
    .transform((value) => new Secret(value))
    .meta({ secret: true });

/** `file:/path` stands for what that file holds: container platforms hand secrets over as files. */
const orFile = () =>
  z.string().transform((value, context) => {
    if (!value.startsWith("file:/")) return value;
    try {
      return readFileSync(value.slice("file:".length), "utf8").trim();
    } catch {
      context.addIssue({ code: "custom", message: "the file that it names cannot be read" });
      return z.NEVER;
    }
  });

const flag = () =>
  z
    .enum(["true", "false"], { error: "expected true or false" })
    .default("false")
    .transform((value) => value === "true");

const toolsets = ["trunks", "plans", "sip"] as const;

/** The settings of the server itself; carriers bring their own. The README's table is generated from both. */
export const serverSettings = z.object({
  TRUNKLINE_SANDBOX: flag().describe("`true`: emulators answer even though carriers are configured"),
  TRUNKLINE_SANDBOX_DIALECT: z
    .enum(["observed", "documented"])
    .default("observed")
    .describe("how the emulators answer where a carrier's documents and its service differ"),
  TRUNKLINE_READ_ONLY: flag().describe("`true`: only tools that read are listed"),
  TRUNKLINE_TOOLSETS: z
    .string()
    .optional()
    .transform((value) => value?.split(",").map((name) => name.trim()))
    .describe("only these toolsets, comma-separated: carrier names, `plans` and `sip`; each brings `trunks`"),
  TRUNKLINE_APPROVAL: z
    .enum(["ask", "two_step", "refuse"])
    .default("ask")
    .describe("`ask` a person, `two_step` (the agent repeats a code; weaker), or `refuse` whatever needs approval"),
  TRUNKLINE_ASK_FOR: z
    .enum(["widening", "writes"])
    .default("widening")
    .describe("`widening`: a person is asked for what removes, opens, weakens or costs more; `writes`: for every write"),
  TRUNKLINE_ALLOWANCE: z.coerce
    .number({ error: `expected a number from 0 to ${UNASKED_ADDRESSES}` })
    .int({ error: `expected a whole number from 0 to ${UNASKED_ADDRESSES}` })
    .min(0, { error: `expected 0 to ${UNASKED_ADDRESSES}` })
    .max(UNASKED_ADDRESSES, { error: `expected 0 to ${UNASKED_ADDRESSES}` })
    .default(UNASKED_ADDRESSES)
    .describe(
      `how many addresses a trunk may let in without a person, 0 to ${UNASKED_ADDRESSES} (default ${UNASKED_ADDRESSES}); 0 asks for the first one too`,
    ),
  TRUNKLINE_PLAIN_PASSWORDS: z
    .enum(["ask", "refuse"])
    .default("ask")
    .describe("whether a password given in the conversation is taken once a person agreed, or refused"),
  TRUNKLINE_ALLOW_PRIVATE_PROBES: flag().describe(
    "`true`: check_trunk may ask loopback and private addresses too, such as a PBX in the same network",
  ),
  TRUNKLINE_REVEAL_SECRETS: flag().describe("`true`: passwords appear in results"),
  TRUNKLINE_HOME: z
    .string()
    .refine(isAbsolute, { error: "expected an absolute path" })
    .optional()
    .describe(
      "folder of the state file, an absolute path (default: `~/.local/state/trunkline`, on macOS `~/Library/Application Support/Trunkline`, on Windows `%LOCALAPPDATA%\\Trunkline`)",
    ),
  TRUNKLINE_FILES: z
    .string()
    .refine(isAbsolute, { error: "expected an absolute path" })
    .optional()
    .describe(
      "folder of exported files, an absolute path (default: the folder in which the client starts the server, or `~/trunkline` where that is not yours)",
    ),
  TRUNKLINE_STORE: orFile()
    .pipe(z.string().regex(/^postgres(ql)?:\/\//, { error: "expected postgres://…" }))
    .transform((value) => new Secret(value))
    .optional()
    .meta({ secret: true })
    .describe("`postgres://…`, or `file:/path` of a file that holds it: state that several machines share; needs the npm package `pg`"),
  TRUNKLINE_MASTER_KEY: orFile()
    .pipe(secretSetting())
    .optional()
    .meta({ secret: true })
    .describe(
      "seals the passwords that are kept in Postgres, and the ends of the journal in any store: 32 bytes in base64 or hex, such as `openssl rand -base64 32` makes, or `file:/path`",
    ),
  TRUNKLINE_LISTEN: z
    .string()
    .regex(/^(\[[0-9a-fA-F:]+\]|[^:[\]\s]+):\d{1,5}$/, { error: "expected host:port" })
    .default("127.0.0.1:3000")
    .describe("where `trunkline http` listens (default `127.0.0.1:3000`); beyond loopback it needs TRUNKLINE_TENANTS"),
  TRUNKLINE_PUBLIC_URL: z
    .url({ error: "expected a URL" })
    .regex(/^https?:\/\/[^/?#@]+\/?$/, { error: "expected scheme and host, without a path" })
    // Tokens and passphrases go there.
    .refine(isSafeUrl, { error: "expected https://… (http only for this machine itself)" })
    .transform((value) => value.replace(/\/$/, ""))
    .optional()
    .describe("`https://…`: where clients and persons reach `trunkline http`, when a proxy stands before it"),
  TRUNKLINE_ALLOWED_ORIGINS: z
    .string()
    .optional()
    .transform((value) => value?.split(",").map((origin) => origin.trim()) ?? [])
    .pipe(z.array(z.url({ error: "expected origins, comma-separated" })))
    .describe("sites whose pages may call `trunkline http`, comma-separated"),
  TRUNKLINE_TENANTS: z
    .string()
    .refine(isAbsolute, { error: "expected an absolute path" })
    .optional()
    .describe("file of `trunkline http` that says who may come in, for which carrier accounts"),
  TRUNKLINE_KEEP_DAYS: z.coerce
    .number({ error: "expected a number of days" })
    .int({ error: "expected a whole number of days" })
    .min(1, { error: "expected at least 1 day" })
    .default(365)
    .describe("how long settled rows of the journal, approvals and snapshots are kept, in days (default 365)"),
  TRUNKLINE_LOG_LEVEL: z
    .enum(["debug", "info", "warn", "error", "silent"])
    .default("warn")
    .describe("what is written to stderr, as JSON lines"),
});
export type ServerSettings = z.infer<typeof serverSettings>;

export interface Configuration {
  server: ServerSettings;
  /** Emulators answer for all carriers. */
  sandbox: boolean;
  /** Carriers that are configured, with their parsed settings. */
  carriers: { provider: AnyProvider; settings: Record<string, unknown> }[];
}

export type Environment = Record<string, string | undefined>;

/** Reads the environment; a wrong or half-set group is one sentence that names the variable. */
export function readConfiguration(environment: Environment, providers: readonly AnyProvider[]): Configuration {
  // An empty value is an unset one: that is how hosts pass optional settings that a person left blank.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""));
  refuseUnknown(given, providers);
  const server = parseSettings(serverSettings, given);
  const known = [...toolsets, ...providers.map((provider) => provider.id)];
  const unknown = server.TRUNKLINE_TOOLSETS?.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new TrunkError("not_configured", `TRUNKLINE_TOOLSETS names ${quoteText(unknown)}; it takes ${known.join(", ")}.`);
  }
  const carriers = providers
    .filter((provider) => isConfigured(provider, given))
    .map((provider) => ({ provider, settings: parseSettings(provider.settings, given) }));
  // Refused now rather than when the first password is to be kept.
  if (server.TRUNKLINE_STORE || server.TRUNKLINE_MASTER_KEY) readMasterKey(server.TRUNKLINE_MASTER_KEY);
  return { server, carriers, sandbox: server.TRUNKLINE_SANDBOX || carriers.length === 0 };
}

function refuseUnknown(given: Environment, providers: readonly AnyProvider[]): void {
  const shapes = [serverSettings, ...providers.map((provider) => provider.settings)].map(({ shape }) => Object.keys(shape));
  const unknown = unknownSetting(given, shapes.flat());
  if (!unknown) return;
  const said = `${cleanText(unknown.name, 64)} is not a setting of Trunkline.`;
  const way = unknown.meant === undefined ? "Unset it: README.md lists the settings." : `Did you mean ${unknown.meant}?`;
  throw new TrunkError("not_configured", `${said} ${way} Nothing was started.`);
}

/** A variable that is set without the carrier's keys was meant for that carrier: the sandbox must not answer in its place. */
function isConfigured(provider: AnyProvider, given: Environment): boolean {
  const [set] = Object.keys(provider.settings.shape).filter((name) => given[name] !== undefined);
  if (set === undefined) return false;
  const required: readonly string[] = provider.required;
  const missing = required.find((name) => given[name] === undefined);
  if (missing === undefined) return true;
  throw new TrunkError(
    "not_configured",
    `${missing} is missing, and ${set} is set. ${provider.title} needs ${required.join(", ")}: set all of them, or none of its variables.`,
  );
}

export function parseSettings<Settings extends z.ZodObject>(schema: Settings, given: Environment): z.infer<Settings> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0]);
  // The value is not repeated: it may be a key in the wrong variable.
  throw new TrunkError("not_configured", `${name} has a value that cannot be used: ${brokenRule(issue?.message ?? "")}.`);
}

/** A variable of a schema, for tables and for the forms of installers. */
export interface SettingRow {
  name: string;
  meaning: string;
  secret: boolean;
  choices?: string[] | undefined;
  standard?: string | undefined;
}

export function settingRows(schema: z.ZodObject): SettingRow[] {
  return Object.entries(schema.shape).map(([name, field]) => {
    const described = z.toJSONSchema(field, { io: "input", unrepresentable: "any" });
    const { description: meaning = "", enum: choices, default: standard } = described;
    return {
      name,
      meaning,
      secret: described["secret"] === true,
      choices: choices?.map(String),
      standard: standard === undefined ? undefined : String(standard),
    };
  });
}
