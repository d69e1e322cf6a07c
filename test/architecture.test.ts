import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

interface Room {
  /** Rooms that may be imported, besides the room itself. */
  rooms: string[];
  /** npm packages that may be imported. Node's own modules: `node:net` and the like only where named in `sockets`. */
  packages: string[];
}

const carriers = readdirSync(join(root, "src/providers"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
/** Each carrier's room in a folder. */
const of = (folder: string) => carriers.map(({ name }) => `${folder}/${name}`);

/** The rooms, from the highest floor to the lowest, and what each may import. A file belongs to the longest room that its path begins with. */
const rooms: Record<string, Room> = {
  "src/main.ts": { rooms: ["src/commands", "src/process-ports.ts", "src/core/parsers.ts"], packages: [] },
  "src/desktop.ts": { rooms: ["src/commands", "src/process-ports.ts", "src/core/parsers.ts"], packages: [] },
  "src/process-ports.ts": { rooms: ["src/commands"], packages: [] },
  "src/commands": {
    rooms: [
      "src/core",
      "src/core/parsers.ts",
      "src/approval",
      "src/mcp",
      "src/pipeline",
      "src/plans",
      "src/plans/connecting",
      "src/http",
      "src/startup",
      "src/startup/local.ts",
      "src/sandbox",
      "src/setup",
    ],
    packages: ["@modelcontextprotocol/server"],
  },
  "src/http": {
    rooms: ["src/core", "src/approval", "src/auth", "src/pages", "src/mcp", "src/pipeline", "src/plans", "src/startup"],
    packages: ["zod", "@modelcontextprotocol/server", "prom-client"],
  },
  "src/startup": { rooms: ["src/core", "src/wire", "src/sandbox", "src/pipeline"], packages: [] },
  // Alone it knows every carrier, the store and the pages, from which it builds a process of one person.
  "src/startup/local.ts": {
    rooms: ["src/core", "src/wire", "src/sandbox", "src/pipeline", "src/startup", "src/store", "src/providers", "src/pages", "src/plans"],
    packages: [],
  },
  "src/plans": {
    rooms: ["src/core", "src/approval", "src/rules", "src/pipeline", "src/plans/connecting", "tools"],
    packages: ["zod", "yaml"],
  },
  // It knows what voice platforms publish of themselves.
  "src/plans/connecting": {
    rooms: ["src/core", "src/rules", "src/pbx", "src/pipeline", "src/plans"],
    packages: [],
  },
  "src/mcp": {
    rooms: ["src/core", "src/approval", "src/pipeline", "tools", "prompts", "guides"],
    packages: ["zod", "@modelcontextprotocol/server"],
  },
  "src/pages": { rooms: ["src/core", "src/approval", "src/auth"], packages: ["zod"] },
  "src/pipeline": { rooms: ["src/core", "src/approval", "tools"], packages: ["zod"] },
  tools: { rooms: ["src/core", "tools/trunks", "tools/plans", "tools/sip", ...of("tools")], packages: [] },
  "tools/plans": { rooms: ["src/core", "src/providers"], packages: ["zod"] },
  "tools/sip": { rooms: ["src/core", "src/pbx", "src/check", "src/providers"], packages: ["zod"] },
  "tools/trunks": { rooms: ["src/core"], packages: ["zod"] },
  prompts: { rooms: ["src/core", ...of("src/providers")], packages: ["zod"] },
  guides: { rooms: ["src/core", "src/providers"], packages: [] },
  "src/check": { rooms: ["src/core", "src/rules", "src/sip", "src/pbx"], packages: ["zod"] },
  "src/providers": { rooms: ["src/core", ...of("src/providers")], packages: [] },
  // No carrier sees another.
  ...Object.fromEntries(
    of("tools").map((room) => [room, { rooms: ["src/core", "src/rules", `src/providers/${basename(room)}`], packages: ["zod"] }]),
  ),
  ...Object.fromEntries(of("src/providers").map((room) => [room, { rooms: ["src/core", "src/rules"], packages: ["zod"] }])),
  "src/pbx": { rooms: ["src/core"], packages: ["zod"] },
  "src/approval": { rooms: ["src/core"], packages: [] },
  // jose asks issuers for their keys by itself; what it is given to ask with is bounded in time and size, as the wire is.
  "src/auth": { rooms: ["src/core"], packages: ["zod", "jose"] },
  "src/sandbox": { rooms: ["src/core"], packages: ["zod"] },
  "src/store": { rooms: ["src/core"], packages: ["libsql", "pg", "keyv"] },
  "src/sip": { rooms: ["src/core"], packages: [] },
  "src/setup": { rooms: ["src/core"], packages: ["jsonc-parser", "smol-toml", "yaml"] },
  "src/wire": { rooms: ["src/core"], packages: ["undici"] },
  "src/rules": { rooms: ["src/core"], packages: ["libphonenumber-js", "ipaddr.js"] },
  // How every schema is made that comes after it: only what starts a process decides that.
  "src/core/parsers.ts": { rooms: [], packages: ["zod"] },
  // It runs in a browser, inside the chat program.
  views: { rooms: ["src/core/picture"], packages: [] },
  "src/core": { rooms: [], packages: ["zod"] },
};

/** Only these rooms open sockets; `isIPv4` of `node:net` opens none. */
const socketModules = /^node:(http|https|http2|net|tls|dgram|dns)(\/|$)/;
const mayUseSockets = ["src/wire", "src/sip", "src/http", "src/pages", "src/sandbox"];
const opensNothing = /^import \{(\s*(isIP(v4|v6)?|BlockList),?)+\s*\}/;

interface Import {
  file: string;
  target: string;
  statement: string;
}

function importsOf(file: string, text: string): Import[] {
  const targets = [
    ...text.matchAll(/^\s*(?:import|export)\s[^;]*?\sfrom\s+"([^"]+)"/gm),
    ...text.matchAll(/^\s*import\s+"([^"]+)"/gm),
    ...text.matchAll(/\bimport\("([^"]+)"\)/g),
    ...text.matchAll(/\brequire\("([^"]+)"\)/g),
  ];
  return targets.map(([statement, target = ""]) => ({ file, target, statement: statement.trim() }));
}

function roomOf(file: string): string | undefined {
  const found = Object.keys(rooms).filter((room) => file === room || file.startsWith(`${room}/`));
  return found.sort((a, b) => b.length - a.length)[0];
}

function violation(found: Import): string | undefined {
  const room = roomOf(found.file);
  if (!room) return `${found.file} belongs to no room: add it to the table`;
  if (found.target.startsWith("node:")) return socketViolation(room, found);
  return found.target.startsWith(".") ? roomViolation(room, found) : packageViolation(room, found);
}

function socketViolation(room: string, { file, target, statement }: Import): string | undefined {
  const harmless = !socketModules.test(target) || mayUseSockets.includes(room) || opensNothing.test(statement);
  return harmless ? undefined : `${file} opens sockets (${target})`;
}

function packageViolation(room: string, { file, target }: Import): string | undefined {
  const name = target.startsWith("@") ? target.split("/").slice(0, 2).join("/") : (target.split("/")[0] ?? target);
  return rooms[room]?.packages.includes(name) ? undefined : `${file} imports the package ${name}, which ${room} may not`;
}

function roomViolation(room: string, { file, target }: Import): string | undefined {
  const path = normalize(join(dirname(file), target));
  const into = roomOf(path);
  const allowed = path === "package.json" || into === room || (into !== undefined && rooms[room]?.rooms.includes(into));
  return allowed ? undefined : `${file} imports ${path}: ${room} may not enter ${into ?? "there"}`;
}

function sourceFiles(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

const files = [...sourceFiles("src"), ...sourceFiles("tools"), ...sourceFiles("prompts"), ...sourceFiles("guides")];

describe("rooms", () => {
  test("every import stays within what its room may enter", () => {
    const imports = files.flatMap((file) => importsOf(file, read(file)));
    // A checker that saw nothing would pass: it must have seen the house.
    expect(files.length).toBeGreaterThan(350);
    expect(imports.length).toBeGreaterThan(1300);
    expect(imports.map(violation).filter((found) => found !== undefined)).toEqual([]);
  });

  test.each([
    ["src/core/tool.ts", 'import { request } from "undici";', "undici"],
    ["src/core/tool.ts", 'import { callTool } from "../pipeline/call.ts";', "src/pipeline"],
    ["src/providers/exotel/client.ts", 'import { createOpenWire } from "../../wire/open.ts";', "src/wire"],
    ["src/providers/exotel/client.ts", 'import { didww } from "../didww/index.ts";', "src/providers/didww"],
    ["src/providers/exotel/client.ts", 'import { request } from "node:https";', "sockets"],
    ["src/providers/exotel/client.ts", 'import { connect, isIPv4 } from "node:net";', "sockets"],
    ["src/wire/client.ts", 'import type { Scope } from "../pipeline/scope.ts";', "src/pipeline"],
    ["src/sip/probe.ts", 'import { unusable } from "../rules/address.ts";', "src/rules"],
    ["src/sip/probe.ts", 'import { Agent } from "undici";', "undici"],
    ["src/rules/address.ts", 'import { Resolver } from "node:dns/promises";', "sockets"],
    ["src/core/tool.ts", 'import { createSocket } from "node:dgram";', "sockets"],
    ["tools/exotel/create-trunk.ts", 'import { Server } from "@modelcontextprotocol/server";', "@modelcontextprotocol/server"],
    ["tools/exotel/create-trunk.ts", 'const later = await import("../../src/store/open.ts");', "src/store"],
    ["tools/trunks/list-trunks.ts", 'import { exotel } from "../../src/providers/exotel/index.ts";', "src/providers/exotel"],
    ["src/pipeline/call.ts", 'import {\n  openStore,\n} from "../store/open.ts";', "src/store"],
    ["src/pages/hosted-pages.ts", 'import type { Scope } from "../pipeline/scope.ts";', "src/pipeline"],
    ["src/pipeline/call.ts", 'const { applyPlan } = await import("../plans/running/apply.ts");', "src/plans"],
    ["src/plans/running/apply.ts", 'import { createServer } from "../../mcp/server.ts";', "src/mcp"],
    ["src/mcp/server.ts", 'import { createPlanDesk } from "../plans/plan-desk.ts";', "src/plans"],
    ["src/approval/agree.ts", 'import type { Scope } from "../pipeline/scope.ts";', "src/pipeline"],
    ["src/main.ts", 'import { providers } from "./providers/index.ts";', "src/providers"],
    ["src/main.ts", 'import { TrunkError } from "./core/errors.ts";', "src/core"],
    ["src/commands/audit.ts", 'const { openStore } = await import("../store/open.ts");', "src/store"],
    ["src/commands/sandbox.ts", 'import { providers } from "../providers/index.ts";', "src/providers"],
    ["src/commands/config.ts", 'import * as z from "zod";', "the package zod"],
    ["src/startup/carriers.ts", 'import { openStore } from "../store/open.ts";', "src/store"],
    ["src/startup/policy.ts", 'import { localScope } from "./local.ts";', "src/startup/local.ts"],
    ["src/startup/local.ts", 'import { serveHttp } from "../http/start.ts";', "src/http"],
    ["src/unheard-of/file.ts", 'import * as z from "zod";', "no room"],
  ])("a planted violation in %s is reported: %s", (file, text, named) => {
    const found = importsOf(file, text).map(violation);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(named);
  });
});

/** Groups of files each of which imports, over some way, every other one (Tarjan). A type's import counts as any other. */
function circlesIn(imports: readonly Import[]): string[][] {
  const arrows = new Map<string, string[]>();
  for (const { file, target } of imports) {
    if (target.startsWith(".")) arrows.set(file, [...(arrows.get(file) ?? []), normalize(join(dirname(file), target))]);
  }
  const order = new Map<string, number>();
  const path: string[] = [];
  const circles: string[][] = [];
  /** The earliest file on the path that this one leads back to. */
  const visit = (file: string): number => {
    const number = order.size;
    order.set(file, number);
    path.push(file);
    const reached = (arrows.get(file) ?? []).map((next) => (order.has(next) ? onPath(next) : visit(next)));
    const earliest = Math.min(number, ...reached);
    if (earliest === number) {
      const circle = path.splice(path.indexOf(file));
      if (circle.length > 1) circles.push(circle.sort());
    }
    return earliest;
  };
  const onPath = (file: string) => (path.includes(file) ? (order.get(file) ?? 0) : Number.POSITIVE_INFINITY);
  for (const file of arrows.keys()) if (!order.has(file)) visit(file);
  return circles;
}

describe("circles", () => {
  const imports = files.flatMap((file) => importsOf(file, read(file)));

  test("no files import each other, inside a room or across rooms", () => {
    expect(circlesIn(imports)).toEqual([]);
  });

  test.each([
    ["two files of a room", [["src/core/errors.ts", 'import type { Path } from "./carrier/wire.ts";']], ["src/core/carrier/wire.ts"]],
    [
      "three files of two rooms",
      [
        ["src/core/canonical.ts", 'import { toCidr } from "../rules/range.ts";'],
        ["src/rules/range.ts", 'import type { Clock } from "../core/clock.ts";'],
        ["src/core/clock.ts", 'export type { Canonical } from "./canonical.ts";'],
      ],
      ["src/rules/range.ts", "src/core/clock.ts"],
    ],
  ])("a planted circle of %s is found", (_, planted, members) => {
    const found = circlesIn([...imports, ...planted.flatMap(([file = "", text = ""]) => importsOf(file, text))]);
    const circle = found.find((one) => one.includes(planted[0]?.[0] ?? ""));
    expect(circle).toEqual(expect.arrayContaining(members));
    expect(found).toHaveLength(1);
  });
});

describe("habits that only a reader would notice", () => {
  test("only main.ts reads the arguments, and process-ports.ts the environment", () => {
    const readers = files.filter((file) => /process\.(env|argv)/.test(read(file)));
    expect(readers).toEqual(["src/main.ts", "src/process-ports.ts"]);
  });

  test("no comment begins with What or Who, and can be read only after the code", () => {
    const folders = ["src", "tools", "prompts", "guides", "test", "scripts", "packaging", "clients", "bench", "conformance"];
    const all = folders.flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => /\.(ts|mjs)$/.test(name) && !name.includes("node_modules"))
        .map((name) => join(folder, name)),
    );
    expect(all.length).toBeGreaterThan(700);
    const riddles = (text: string) => text.match(/(^|\s)(\/\/|\/\*\*|\*) +(What|Who|Whose|Whom|Whoever|Whatever)\b.*/gm) ?? [];
    expect(all.flatMap((file) => riddles(read(file)).map((line) => `${file}: ${line.trim()}`))).toEqual([]);
    expect(riddles(`/** ${"What"} it keeps. */\n  // ${"Who"} asks.\n/** Says who asks. */`)).toHaveLength(2);
  });

  test("the SIP prober knows no method but OPTIONS", () => {
    const prober = files.filter((file) => file.startsWith("src/sip/"));
    expect(prober.length).toBeGreaterThan(5);
    expect(prober.filter((file) => /INVITE|REGISTER|SUBSCRIBE|MESSAGE |REFER/.test(read(file)))).toEqual([]);
    expect(read("src/sip/message.ts")).toContain("`OPTIONS sip:");
  });

  test("tools hold no try and no policy", () => {
    const tools = files.filter((file) => file.startsWith("tools/"));
    expect(tools.length).toBeGreaterThan(20);
    expect(tools.filter((file) => /\b(try|catch)\s*[({]|policy|readOnly|claim\(/.test(read(file)))).toEqual([]);
  });

  test("every tool and every prompt stands in its index, and nothing else does", async () => {
    for (const folder of ["tools", "prompts"]) {
      const index = importsOf(`${folder}/index.ts`, read(`${folder}/index.ts`)).filter(({ target }) => target.startsWith("./"));
      const listed = index.map(({ target }) => normalize(join(folder, target))).sort();
      expect(listed).toEqual(
        sourceFiles(folder)
          .filter((file) => file !== `${folder}/index.ts`)
          .sort(),
      );
    }
  });
});
