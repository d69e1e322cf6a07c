import { expect, test, vi } from "vitest";
import { hastyClock } from "../support/hasty-clock.ts";
import { type Options, startTrunkline, type Trunkline } from "../support/trunkline.ts";

// biome-ignore lint/suspicious/noExplicitAny: a test reads what a client receives, whatever it is.
type Call = (name: string, args: Record<string, unknown>) => Promise<any>;

const path = "/credentials";
const noReads = { kind: "status", status: 503, method: "GET", times: 10_000 } as const;

async function withTrunkline(options: Options, run: (trunkline: Trunkline, call: Call) => Promise<void>): Promise<void> {
  const trunkline = await startTrunkline({ unlimited: true, clock: hastyClock, ...options });
  await run(trunkline, async (name, args) => (await trunkline.call(name, args)).value).finally(() => trunkline.close());
}

const created = ({ sandbox }: Trunkline) => sandbox.seen.filter((seen) => seen.method === "POST" && seen.path.endsWith(path));
/** The password that the carrier was sent, which it was sent once. */
function passwordSent(trunkline: Trunkline): string {
  const [sent, ...more] = created(trunkline);
  expect(more).toEqual([]);
  return (JSON.parse(sent?.body ?? "{}") as { password: string }).password;
}

/** Begins a call whose login is made, and whose answer and the reads after it are lost. */
async function loseAnswer<T>(trunkline: Trunkline, begin: () => Promise<T>): Promise<T> {
  trunkline.sandbox.script({ kind: "lost", delay_ms: 150, method: "POST", path });
  const answer = begin();
  await vi.waitFor(() => expect(created(trunkline)).toHaveLength(1), { interval: 1, timeout: 60_000 });
  trunkline.sandbox.script(noReads);
  return await answer;
}

async function expectKept(trunkline: Trunkline, trunk_sid: string): Promise<void> {
  expect((await trunkline.scope.store.secrets.find(`exotel/${trunk_sid}/bot`))?.reveal()).toBe(passwordSent(trunkline));
}

test.concurrent("a login that the call itself finds by reading back says where its password is", () =>
  withTrunkline({}, async (trunkline, call) => {
    const trunk_sid = (await call("exotel_create_trunk", { trunk_name: "login" })).trunk.trunk_id;
    trunkline.sandbox.script({ kind: "lost", method: "POST", path });
    const { credentials, settled } = await call("exotel_create_credentials", { trunk_sid, user_name: "bot" });
    expect({ settled, ...credentials }).toMatchObject({ settled: true, user_name: "bot", secret_ref: `secret:exotel/${trunk_sid}/bot` });
    await expectKept(trunkline, trunk_sid);
  }));

test.concurrent.each([false, true])("one that an equal call finds later says so too, passwords shown: %s", (revealSecrets) =>
  withTrunkline({ policy: { revealSecrets } }, async (trunkline, call) => {
    const trunk_sid = (await call("exotel_create_trunk", { trunk_name: "login" })).trunk.trunk_id;
    const create = () => call("exotel_create_credentials", { trunk_sid, user_name: "bot" });
    expect(await loseAnswer(trunkline, create)).toMatchObject({ code: "outcome_unknown" });
    trunkline.sandbox.clearFaults();
    const { credentials, settled } = await create();
    expect({ settled, ...credentials }).toMatchObject({ settled: true, user_name: "bot", secret_ref: `secret:exotel/${trunk_sid}/bot` });
    // The password of the call that was sent, not of the one that only looked.
    expect(credentials.password).toBe(revealSecrets ? passwordSent(trunkline) : undefined);
    await expectKept(trunkline, trunk_sid);
  }),
);

test.concurrent("one whose password cannot be read at that moment is found all the same, and is not made again", () =>
  withTrunkline({}, async (trunkline, call) => {
    const trunk_sid = (await call("exotel_create_trunk", { trunk_name: "login" })).trunk.trunk_id;
    const create = () => call("exotel_create_credentials", { trunk_sid, user_name: "bot" });
    await loseAnswer(trunkline, create);
    trunkline.sandbox.clearFaults();
    const { secrets } = trunkline.scope.store;
    const find = secrets.find.bind(secrets);
    secrets.find = async (ref) => (ref.startsWith("pending/") ? await find(ref) : await Promise.reject(new Error("disk full")));
    const { credentials, settled } = await create();
    expect({ settled, ...credentials }).toMatchObject({ settled: true, user_name: "bot" });
    secrets.find = find;
    await expectKept(trunkline, trunk_sid);
  }));

test.concurrent("one that a plan was in doubt about says so once it is found", () =>
  withTrunkline({}, async (trunkline, call) => {
    const wanted = { provider: "exotel", use_case: "outbound", trunk: "login", numbers: ["+918044319240"], credentials: ["bot"] };
    const { plan_id } = await call("plan_trunk", wanted);
    const plan = await loseAnswer(trunkline, () => call("apply_plan", { plan_id }));
    expect(plan).toMatchObject({ state: "partial", failed: { error: { code: "outcome_unknown" } } });
    expect(plan).not.toHaveProperty("credentials");
    trunkline.sandbox.clearFaults();
    const { credentials, trunks } = await call("apply_plan", { plan_id });
    const trunk_sid = trunks[0].trunk_id;
    expect(credentials).toMatchObject([{ user_name: "bot", secret_ref: `secret:exotel/${trunk_sid}/bot` }]);
    expect(JSON.stringify(credentials)).not.toContain(passwordSent(trunkline));
    await expectKept(trunkline, trunk_sid);
  }));
