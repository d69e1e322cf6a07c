import { describe, expect, test } from "vitest";
import type { AnyProvider } from "../../src/core/carrier/provider.ts";
import { providers } from "../../src/providers/index.ts";
import { createLog } from "../../src/startup/log.ts";
import { leakFinder } from "../safety/leaks.ts";
import { startTrunkline, typedIn, ways } from "../support/trunkline.ts";
import { lines, wanted } from "./support.ts";

/** Carriers that refuse their writes from then on, and repeat what they were sent. */
function repeating(of: readonly AnyProvider[], isOn: () => boolean): AnyProvider[] {
  return of.map((provider) => ({
    ...provider,
    sandbox: async () => {
      const factory = await provider.sandbox();
      const isRead = factory.isRead ?? (({ method }) => method === "GET");
      const create: typeof factory.create = (options) => {
        const emulator = factory.create(options);
        const handle: typeof emulator.handle = (request) => {
          if (!isOn() || isRead(request) || !/password/i.test(request.body)) return emulator.handle(request);
          const said = `bad request: ${request.body}`;
          return {
            status: 400,
            body: { msg: said, message: said, detail: said, errors: [{ code: "1", title: said, detail: said }], code: 1 },
          };
        };
        return { ...emulator, handle };
      };
      return { ...factory, create };
    },
  })) as AnyProvider[];
}

/** The passwords that either end was sent, under whatever name. */
function passwordsIn(bodies: readonly string[]): string[] {
  return [
    ...new Set(bodies.flatMap((body) => [...body.matchAll(/(?:password"\s*:\s*"|Password=)(\w{8,})/gi)].map(([, found]) => found ?? ""))),
  ];
}

describe.each(ways)("$transport, era $era", ({ era, transport }) => {
  test.each(Object.keys(lines))("no password of %s or LiveKit leaves but to the two ends", async (provider) => {
    const logged: string[] = [];
    const told: string[] = [];
    let repeats = false;
    const trunkline = await startTrunkline({
      ...{ era, transport, unlimited: true },
      providers: repeating(providers, () => repeats),
      log: createLog("debug", (line) => logged.push(line)),
      person: ({ message }) => {
        told.push(message);
        return { action: "accept", content: { trunk_name: typedIn(message) } };
      },
    });
    const { scope, sandbox, client } = trunkline;
    const call = async (tool: string, given: object) => {
      const { value, raw } = await trunkline.call(tool, given as Record<string, unknown>);
      told.push(JSON.stringify(raw));
      return value;
    };
    const plans: string[] = [];
    const run = async (given: object) => {
      const { plan_id } = await call("connect_trunk", given);
      plans.push(plan_id);
      const end = await call("apply_plan", { plan_id });
      await call("get_plan", { plan_id });
      return end.state;
    };
    const connection = wanted(provider, "both");
    repeats = true;
    expect(await run(connection)).not.toBe("done");
    repeats = false;
    expect(await run(connection)).toBe("done");
    for (const id of [provider, "livekit"])
      for (const { trunk_id } of (await call("list_trunks", { provider: id })).trunks) {
        await call("get_trunk", { provider: id, trunk_id });
        await call("check_trunk", { provider: id, trunk_id });
        told.push(JSON.stringify(await client.readResource({ uri: `trunks://${id}/${trunk_id}` })));
      }
    expect(await run({ ...connection, disconnect: true })).toBe("done");
    const { plans: table, journal } = scope.store;
    const kept = await Promise.all(plans.map(async (id) => [await table.find(id), await table.steps(id)]));
    const rows = await journal.rows(0, 500);
    for (const { uri } of (await client.listResources()).resources) told.push(JSON.stringify(await client.readResource({ uri })));
    const sent = passwordsIn(sandbox.seen.map(({ body }) => body));
    expect(sent.length).toBeGreaterThanOrEqual(1);
    const find = leakFinder(Object.fromEntries(sent.map((secret, index) => [`password ${index}`, secret])));
    const left = { told: told.join("\n"), logged: logged.join("\n"), plans: JSON.stringify(kept), journal: JSON.stringify(rows) };
    for (const [where, text] of Object.entries(left)) expect(find(text), where).toEqual([]);
    expect(find(sandbox.seen.map(({ body }) => body).join("\n"))).not.toEqual([]);
    await trunkline.close();
  });
});
