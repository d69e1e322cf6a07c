import { resolve } from "node:path";
import { TrunkError } from "../core/errors.ts";
import { screenOf } from "../core/screen.ts";
import { editorOf, type Server } from "../setup/change.ts";
import { type Client, type ClientId, clients } from "../setup/clients.ts";
import { difference, isOpen, masked } from "../setup/difference.ts";
import { insistOnHome } from "../setup/keep-file.ts";
import type { Place } from "../setup/places.ts";
import { environmentOf, serverFor } from "../setup/server-for.ts";
import { type Change, changesNothing, changeToSetUp, changeToUndo } from "../setup/set-up.ts";
import { harmless, settingsIn, variablesOf } from "../setup/variables.ts";
import { knownProviders } from "../startup/local.ts";
import { defineCommand, type ProcessPorts } from "./command.ts";
import { askLine, terminalOf } from "./terminal.ts";

export default defineCommand({
  word: { name: "client", help: `your client: ${Object.keys(clients).join(", ")}`, choices: Object.keys(clients) },
  flags: {
    carrier: {
      type: "string",
      takes: "NAME",
      help: "add the variables of this carrier, or of several with commas; by default the sandbox",
    },
    "from-environment": { type: "boolean", help: "write the settings that this shell has, keys included, into the file" },
    file: { type: "string", takes: "PATH", help: "change this file, such as a project's, instead of the one in your home folder" },
    print: { type: "boolean", help: "print what would be written, and change nothing" },
    yes: { type: "boolean", help: "do not ask before the file is changed" },
    undo: { type: "boolean", help: "take Trunkline out again, and put the file back as it was" },
  },
  examples: ["trunkline setup cursor", "trunkline setup claude-desktop --carrier NAME", "trunkline setup vscode --file .vscode/mcp.json"],
  notes: "It shows the change and asks you. The rest of the file stays, and a copy is kept beside it. It takes no key on the command line.",
  async run({ word, flags }, ports) {
    const client: Client = clients[word as ClientId];
    const place = placeOf(ports);
    const file = flags.file === undefined ? client.file(place) : resolve(ports.folder, flags.file);
    if (flags.file === undefined) await insistOnHome(file, place.home);
    if (flags.undo) return await undo(client, file, flags.yes, ports);
    const taken = flags["from-environment"] ? settingsIn(ports.environment, knownProviders()) : {};
    const wanted = flags.carrier === undefined ? [] : variablesOf(flags.carrier, knownProviders());
    const make = (before: Server | undefined) => serverFor(client, before, { runtime: ports.runtime, wanted, taken });
    if (flags.print) return await print(client, file, make(undefined), ports);
    const change = await changeToSetUp(client, file, make);
    const open = stillOpen(change.after, client);
    if (changesNothing(change)) return say(ports, `${file} has Trunkline already. Nothing was changed.\n${open}`);
    if (!(await isAgreed(change, flags.yes, ports))) return 1;
    await change.make(Object.keys(taken).length > 0);
    const kept = change.backup === undefined ? "" : ` The file as it was is kept as ${change.backup}.`;
    return say(ports, `Written.${kept}\n${open}${nextSteps(client, place)}`);
  },
});

function say({ stdout }: ProcessPorts, text: string): 0 {
  stdout.write(text);
  return 0;
}

function placeOf({ environment, runtime: { platform } }: ProcessPorts): Place {
  const home = environment["HOME"] || environment["USERPROFILE"];
  if (home) return { platform, environment, home };
  throw new TrunkError("not_configured", "HOME is not set, so your client's file cannot be found. Nothing was done. Set it and try again.");
}

async function undo(client: Client, file: string, yes: boolean, ports: ProcessPorts): Promise<number> {
  const change = await changeToUndo(client, file);
  if (!change) return say(ports, `${file} does not have Trunkline. Nothing was changed.\n`);
  if (!(await isAgreed(change, yes, ports))) return 1;
  await change.make(false);
  return say(ports, `Undone. ${plain(client.restart)}\n`);
}

/** The block alone goes to stdout, to be piped or pasted. */
async function print(client: Client, file: string, server: Server, ports: ProcessPorts): Promise<number> {
  const editor = await editorOf(client, file);
  ports.stderr.write(`This belongs into ${file}. Nothing was changed.\n`);
  return say(ports, editor.shown(masked(server, harmless(knownProviders()))));
}

/** Shows the change, and asks a person unless `--yes` stood in for them. */
async function isAgreed(change: Change, yes: boolean, ports: ProcessPorts): Promise<boolean> {
  const { file, rest, editor, before, after } = change;
  const { paint } = screenOf(ports.stdout, ports.environment);
  const lines = difference(editor, before, after, harmless(knownProviders())).map(([colour, line]) => paint(colour, line));
  say(ports, `In ${file}:\n\n${lines.join("\n")}\n\n${rest}\n`);
  if (yes) return true;
  const terminal = terminalOf(ports);
  if (!terminal.isTerminal) {
    ports.stderr.write("Nothing was changed: there is no terminal to ask you. Run it again with --yes to agree.\n");
    return false;
  }
  if (/^y(es)?$/i.test((await askLine(terminal, "Change the file? Type yes: ")).trim())) return true;
  ports.stderr.write("You did not agree. Nothing was changed.\n");
  return false;
}

function stillOpen(server: Server | undefined, { title, asksForSecrets }: Client): string {
  const values = environmentOf(server);
  const open = Object.keys(values).filter((name) => isOpen(values[name] ?? ""));
  const account = knownProviders().some(({ required }) => required.some((name) => name in values));
  if (!account) return "Trunkline runs on the sandbox there. To use your own account, run this again with --carrier.\n";
  if (open.length === 0) return "";
  if (asksForSecrets) return `${title} asks you for ${open.join(", ")} when it starts Trunkline, and keeps the answers.\n`;
  return `Fill in the values of ${open.join(", ")} in that file. As long as all are empty, Trunkline runs on the sandbox.\n`;
}

function nextSteps(client: Client, place: Place): string {
  const steps = [client.restart, client.seen, `If it does not, read the log: ${client.log(place)}`];
  return `\nNext, in ${client.title}:\n${steps.map((step, index) => `  ${index + 1}. ${plain(step)}\n`).join("")}`;
}

/** Without the marks that only a page shows as such. */
function plain(text: string): string {
  return text.replaceAll("`", "");
}
