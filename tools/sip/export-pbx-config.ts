import * as z from "zod";
import { transportSchema } from "../../src/core/carrier/gateway.ts";
import { secretPlace } from "../../src/core/carrier/trunk.ts";
import { defineTool } from "../../src/core/tool.ts";
import { type ExportInput, exportInput, foreignGateway, prepareExport, replacement, runExport } from "../../src/pbx/export.ts";
import { existingFiles } from "../../src/pbx/write-files.ts";

export default defineTool({
  name: "export_pbx_config",
  title: "Write a trunk's PBX configuration",
  description:
    "Writes a trunk's configuration for a PBX or voice platform. Without folder the files are shown, with a placeholder for the password. Replacing a file asks the person.",
  toolset: "sip",
  effect: "create",
  input: exportInput,
  textFields: ["text", "fetch_url"],
  output: z.object({
    files: z.array(z.object({ name: z.string(), text: z.string() })),
    written: z.array(z.string()).optional().describe("Paths inside written_in"),
    written_in: z.string().optional(),
    fetch_url: z.string().optional().describe("The person fetches the files there, once"),
    password: z.string().optional(),
    ...secretPlace,
    open: z.array(z.object({ place: z.string(), ask: z.string() })).describe("Places to fill, and whom to ask"),
    put: z.array(z.string()),
    load: z.array(z.string()),
    test: z.array(z.string()),
    gateway: z.object({
      host: z.string(),
      port: z.number(),
      transport: transportSchema,
      source: z.string().optional(),
      seen: z.string().optional(),
      conflict: z.string().optional(),
    }),
    fingerprint: z.string(),
  }),
  async exposure(input: ExportInput, context) {
    const { output } = context.local;
    if (input.folder === undefined) return undefined;
    const prepared = await prepareExport(input, context);
    const existing = output.kind === "folder" ? await existingFiles(output.base, input.folder, prepared.names) : [];
    const items = [...replacement(existing), ...foreignGateway(prepared)];
    const { trunk, facts } = prepared;
    return items.length === 0 ? undefined : { trunk, items, state: { existing, trunk: trunk.trunk_id, gateway: facts.gateway } };
  },
  write: (context) => ({
    send: async (input: ExportInput) => ({ value: await runExport(input, context, context.approved === true), settled: false }),
    settle: async () => undefined,
  }),
});
