import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Content, FileFormat } from "./client-file.ts";
import { type Place, packagedFolders, settingsFolder } from "./places.ts";
import type { Start } from "./start.ts";

export interface Client {
  title: string;
  /** Loads the code that edits the language of its file. */
  format: () => Promise<FileFormat>;
  /** The key under which its file lists servers. */
  list: string;
  file(place: Place): string;
  entry(start: Start): Content;
  /** Where else the file may be, for a reader. */
  fileNote?: string;
  /** It asks for the values of such placeholders itself, and keeps them. */
  asksForSecrets?: true;
  restart: string;
  seen: string;
  log(place: Place): string;
}

export const SERVER = "trunkline";

const json = async () => (await import("./json-file.ts")).jsonFile;
const toml = async () => (await import("./toml-file.ts")).tomlFile;
const yaml = async () => (await import("./yaml-file.ts")).yamlFile;

const plain = ({ command, args, env }: Start): Content => ({ command, args, env });

/** Where each client keeps its servers, and what a person does there: the setup command and docs/clients are made from this. */
export const clients = {
  "claude-desktop": {
    title: "Claude Desktop",
    format: json,
    list: "mcpServers",
    file: claudeDesktopFile,
    fileNote:
      "On Windows the packaged program has it in `%LOCALAPPDATA%\\Packages\\Claude_…\\LocalCache\\Roaming\\Claude`, and reads no other.",
    entry: plain,
    restart: "Quit Claude Desktop and start it again. Closing its window is not enough.",
    seen: "Settings, Developer shows trunkline as running.",
    log: (place) => {
      const folder =
        place.platform === "darwin" ? join(place.home, "Library", "Logs", "Claude") : join(dirname(claudeDesktopFile(place)), "logs");
      return `\`${join(folder, "mcp-server-trunkline.log")}\`.`;
    },
  },
  "claude-code": {
    title: "Claude Code",
    format: json,
    list: "mcpServers",
    file: ({ home, environment }) => join(environment["CLAUDE_CONFIG_DIR"] || home, ".claude.json"),
    entry: (start) => ({ type: "stdio", ...plain(start) }),
    restart: "End your session and start `claude` again.",
    seen: "`/mcp` shows trunkline as connected.",
    log: ({ home, environment }) =>
      `Start it as \`claude --debug\`, and look into \`${join(environment["CLAUDE_CONFIG_DIR"] || join(home, ".claude"), "debug")}\`.`,
  },
  cursor: {
    title: "Cursor",
    format: json,
    list: "mcpServers",
    file: ({ home }) => join(home, ".cursor", "mcp.json"),
    entry: plain,
    restart: "Quit Cursor and start it again.",
    seen: "Cursor Settings, MCP shows a green dot beside trunkline, and its tools.",
    log: () => "Open the Output panel and choose MCP Logs.",
  },
  vscode: {
    title: "VS Code",
    format: json,
    list: "servers",
    file: (place) => join(settingsFolder(place), "Code", "User", "mcp.json"),
    entry: (start) => ({ type: "stdio", ...plain(start) }),
    asksForSecrets: true,
    restart: "Run `MCP: List Servers` in the Command Palette, choose trunkline, and Start Server.",
    seen: "The tools button of the chat, in agent mode, lists trunkline.",
    log: () => "Run `MCP: List Servers`, choose trunkline, and Show Output.",
  },
  codex: {
    title: "Codex",
    format: toml,
    list: "mcp_servers",
    file: ({ home, environment }) => join(environment["CODEX_HOME"] || join(home, ".codex"), "config.toml"),
    // Codex gives a server 10 seconds, and npx may have to fetch the package first.
    entry: (start) => ({ ...plain(start), startup_timeout_sec: 60 }),
    restart: "End Codex and start it again.",
    seen: "`/mcp` lists trunkline and its tools.",
    log: ({ home, environment }) => `\`${join(environment["CODEX_HOME"] || join(home, ".codex"), "log", "codex-tui.log")}\`.`,
  },
  gemini: {
    title: "Gemini CLI",
    format: json,
    list: "mcpServers",
    file: ({ home }) => join(home, ".gemini", "settings.json"),
    entry: plain,
    restart: "End Gemini CLI and start it again.",
    seen: "`/mcp` shows trunkline as ready, and its tools.",
    log: () => "Start it as `gemini --debug`, and press F12 for its console.",
  },
  goose: {
    title: "Goose",
    format: yaml,
    list: "extensions",
    file: (place) =>
      place.platform === "win32"
        ? join(settingsFolder(place), "Block", "goose", "config", "config.yaml")
        : join(place.home, ".config", "goose", "config.yaml"),
    entry: ({ command, args, env }) => ({
      ...{ name: "Trunkline", description: "SIP trunks", type: "stdio", enabled: true },
      ...{ cmd: command, args, envs: env, env_keys: [], timeout: 300 },
    }),
    restart: "Start a new session. In Goose Desktop, quit and start it again.",
    seen: "The extensions of the session list Trunkline as enabled.",
    log: (place) => {
      const folder =
        place.platform === "win32"
          ? join(settingsFolder(place), "Block", "goose", "data", "logs")
          : join(place.home, ".local", "state", "goose", "logs");
      return `In \`${folder}\`.`;
    },
  },
  windsurf: {
    title: "Windsurf",
    format: json,
    list: "mcpServers",
    file: ({ home }) => join(home, ".codeium", "windsurf", "mcp_config.json"),
    entry: plain,
    restart: "Quit Windsurf and start it again.",
    seen: "The MCP servers of the Cascade panel list trunkline and its tools.",
    log: () => "Run `Developer: Open Logs Folder` in the Command Palette.",
  },
  zed: {
    title: "Zed",
    format: json,
    list: "context_servers",
    file: (place) =>
      place.platform === "win32"
        ? join(settingsFolder(place), "Zed", "settings.json")
        : join(place.home, ".config", "zed", "settings.json"),
    entry: plain,
    restart: "Zed reads its settings at once. You need not restart it.",
    seen: "The settings of the Agent Panel show a green dot beside trunkline.",
    log: () => "Run `zed: open log` in the Command Palette.",
  },
} as const satisfies Record<string, Client>;

export type ClientId = keyof typeof clients;

/** Windows installs it as a package since February 2026 (anthropics/claude-code#26073). */
function claudeDesktopFile(place: Place): string {
  const fileIn = (folder: string) => join(folder, "Claude", "claude_desktop_config.json");
  const packaged = packagedFolders(place, "Claude_").map(fileIn);
  return packaged.find((file) => existsSync(file)) ?? packaged[0] ?? fileIn(settingsFolder(place));
}
