import { parse as parseToml } from "smol-toml";
import { parse as parseYaml } from "yaml";

// biome-ignore lint/suspicious/noExplicitAny: a test reads what a client would.
type Parsed = any;

export interface Sample {
  /** Below the home folder, where HOME is all that the environment says. */
  files: Record<"darwin" | "linux" | "win32", string>;
  /** A file of a person who has made it their own. */
  text: string;
  parse(text: string): Parsed;
  /** The command, its arguments and its variables, as the client reads them. */
  launch(content: Parsed): { command: string; args: string[]; env: Record<string, string> };
}

const everywhere = (file: string) => ({ darwin: file, linux: file, win32: file });
/** As an editor reads it: this reader is not the one under test. */
const parseJson = (text: string): Parsed =>
  JSON.parse(
    text
      .replace(/^\uFEFF/, "")
      .replaceAll(/^([^"\n]*|.*[",{}[\]]\s*)\/\/.*$/gm, "$1")
      .replaceAll(/,(\s*[}\]])/g, "$1"),
  );
const json = (list: string) => ({ parse: parseJson, launch: (content: Parsed) => content[list].trunkline });

export const samples: Record<string, Sample> = {
  "claude-desktop": {
    files: {
      darwin: "Library/Application Support/Claude/claude_desktop_config.json",
      linux: ".config/Claude/claude_desktop_config.json",
      win32: "AppData/Roaming/Claude/claude_desktop_config.json",
    },
    text: '{"mcpServers":{"other":{"command":"x","env":{"TOKEN":"their secret"}}},"scale":0}',
    ...json("mcpServers"),
  },
  "claude-code": {
    files: everywhere(".claude.json"),
    text: '{\n  "numStartups": 12,\n  "projects": { "/a": { "mcpServers": { "trunkline": { "command": "theirs" } } } }\n}',
    ...json("mcpServers"),
  },
  cursor: {
    files: everywhere(".cursor/mcp.json"),
    text: '{\n\t// mine\n\t"mcpServers": { // all of them\n\t\t"other": { "command": "x", "args": [] }, // last\n\t},\n}\n',
    ...json("mcpServers"),
  },
  vscode: {
    files: {
      darwin: "Library/Application Support/Code/User/mcp.json",
      linux: ".config/Code/User/mcp.json",
      win32: "AppData/Roaming/Code/User/mcp.json",
    },
    text: '{\r\n    "inputs": [{ "id": "theirs", "type": "promptString", "description": "" }],\r\n    "servers": {}\r\n}\r\n',
    ...json("servers"),
  },
  codex: {
    files: everywhere(".codex/config.toml"),
    text: '# mine\nmodel = "x" # c\n\n[mcp_servers.other]\ncommand = "a" # k\nargs = [\n  "b",\n]\n\n# about y\n[y]\nwhen = 2026-01-01\n\n\n',
    parse: parseToml,
    launch: (content) => content.mcp_servers.trunkline,
  },
  gemini: {
    files: everywhere(".gemini/settings.json"),
    text: '\uFEFF{\n    "theme": "x",\n    "mcpServers": {\n    }\n}',
    ...json("mcpServers"),
  },
  goose: {
    files: {
      darwin: ".config/goose/config.yaml",
      linux: ".config/goose/config.yaml",
      win32: "AppData/Roaming/Block/goose/config/config.yaml",
    },
    text: "# mine\nGOOSE_MODEL:   x    # c\nextensions:\n    dev:\n        enabled: true   # keep\n\n# end",
    parse: parseYaml,
    launch: ({ extensions: { trunkline } }) => ({ command: trunkline.cmd, args: trunkline.args, env: trunkline.envs }),
  },
  windsurf: { files: everywhere(".codeium/windsurf/mcp_config.json"), text: "", ...json("mcpServers") },
  zed: {
    files: { darwin: ".config/zed/settings.json", linux: ".config/zed/settings.json", win32: "AppData/Roaming/Zed/settings.json" },
    text: '// Zed settings\n{\n  "theme": "One", // mine\n  "context_servers": {\n    "a": { "command": "b" }\n    // more here\n  }\n}\n',
    ...json("context_servers"),
  },
};
