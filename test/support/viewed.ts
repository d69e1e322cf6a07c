import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client as ModernClient } from "@modelcontextprotocol/client";
import { StdioClientTransport as ModernStdio } from "@modelcontextprotocol/client/stdio";
import { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as LegacyStdio } from "@modelcontextprotocol/sdk/client/stdio.js";
import { cleanEnvironment, mainFile, start } from "./process.ts";
import type { Era } from "./trunkline.ts";

export const VIEW_EXTENSION = "io.modelcontextprotocol/ui";
const capabilities = { extensions: { [VIEW_EXTENSION]: { mimeTypes: ["text/html;profile=mcp-app"] } } };

export interface Viewed {
  client: LegacyClient | ModernClient;
  /** A tool's result, whole. */
  call(name: string, given?: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** The address of the view, as the listed tools name it. */
  uri: string;
  html: string;
  close(): Promise<void>;
}

/** A new trunk whose plan a person has to agree to. */
export const newPlan = {
  provider: "exotel",
  use_case: "outbound",
  trunk: "new_pbx",
  numbers: ["+918044319249"],
  ips: ["44.248.146.11", "44.248.147.0/24"],
};

/** The built program with the sandbox's telling account, and a client that shows views. */
export async function startViewed(era: Era = "v1"): Promise<Viewed> {
  const home = mkdtempSync(join(tmpdir(), "trunkline-views-"));
  const seeding = start(["sandbox", "seed"], { TRUNKLINE_HOME: home });
  seeding.child.stdin.end();
  await seeding.exit();
  const server = { command: process.execPath, args: [mainFile()], env: cleanEnvironment({ TRUNKLINE_HOME: home }) };
  const info = { name: "host", version: "1" };
  const client =
    era === "v1"
      ? new LegacyClient(info, { capabilities } as never)
      : new ModernClient(info, { capabilities, versionNegotiation: { mode: "auto" } });
  await client.connect((era === "v1" ? new LegacyStdio(server) : new ModernStdio(server)) as never);
  const { tools } = await client.listTools();
  const uri = tools.map(({ _meta }) => (_meta?.["ui"] as { resourceUri?: string } | undefined)?.resourceUri).find(Boolean) ?? "";
  const { contents } = await client.readResource({ uri });
  return {
    client,
    call: async (name, given = {}) => (await client.callTool({ name, arguments: given })) as Record<string, unknown>,
    uri,
    html: (contents[0] as { text: string }).text,
    close: async () => {
      await client.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
