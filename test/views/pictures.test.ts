import { afterEach, describe, expect, test } from "vitest";
import { partsOf, quoting, theirs } from "../../src/core/picture/picture.ts";
import { didwwPicture } from "../../src/providers/didww/picture.ts";
import { botTrunk, emptyTrunk, europeTrunk, salesTrunk } from "../calls/accounts.ts";
import { worldOf } from "../calls/agent.ts";
import { agreeing, type Options, startTrunkline, type Trunkline } from "../support/trunkline.ts";
import { aloud, foreignIn, pictured, readByModel, textsOf } from "./pictures.ts";

let trunkline: Trunkline;
afterEach(() => trunkline?.close());

async function furnished(options: Options = {}) {
  trunkline = await startTrunkline({ pages: true, unlimited: true, person: agreeing, ...options });
  const world = worldOf(trunkline);
  await salesTrunk(world);
  await emptyTrunk(world, "empty");
  await europeTrunk(world);
  await botTrunk(world);
}

/** A carrier's values inside a sentence. */
const values = /\+\d{7,15}|\b\d+\.\d+\.\d+\.\d+(?:\/\d+)?|[\w-]+\.example\.\w+/g;

const plan = {
  provider: "exotel",
  use_case: "outbound",
  trunk: "sales_pbx",
  numbers: ["+918044319249"],
  ips: ["44.248.146.0/24"],
  remove: ["44.248.146.11"],
};

/** Each answer that has a picture. */
const answers: [name: string, ask: () => Promise<Awaited<ReturnType<Trunkline["call"]>>>][] = [
  ["trunks", () => trunkline.call("list_trunks", { details: true })],
  ["trunks without details", () => trunkline.call("list_trunks")],
  ["a trunk in both directions", () => trunkline.call("get_trunk", { trunk_id: "sales_pbx" })],
  ["an empty trunk", () => trunkline.call("get_trunk", { trunk_id: "empty" })],
  ["a trunk of DIDWW", () => trunkline.call("get_trunk", { trunk_id: "europe" })],
  ["a plan", () => trunkline.call("plan_trunk", plan)],
  ["questions", () => trunkline.call("plan_trunk", { provider: "exotel", use_case: "outbound", trunk: "new" })],
  ["a diagnosis", () => trunkline.call("check_trunk", { trunk_id: "empty" })],
  ["an applied plan", async () => trunkline.call("apply_plan", { plan_id: (await trunkline.call("plan_trunk", plan)).value.plan_id })],
];

describe("a picture and the text say the same", () => {
  test.each(answers)("of %s", async (_, ask) => {
    await furnished();
    const answer = await ask();
    const picture = pictured(answer);
    const text = readByModel(answer).replaceAll('\\"', '"');
    expect(picture.length).toBeGreaterThan(1);
    const shown = [...foreignIn(picture), ...(aloud(picture).match(values) ?? [])];
    expect(shown.length).toBeGreaterThan(0);
    const pieces = shown.flatMap((value) => (text.includes(value) ? [] : value.split(/, | (?={)/)));
    const unsaid = pieces.filter((value) => !text.includes(value) && !isSpelled(value, text));
    expect(unsaid).toEqual([]);
  });

  test("of an approval that waits: all that its page shows", async () => {
    await furnished({ person: () => ({ action: "cancel" }) });
    const answer = await trunkline.call("exotel_delete_trunk", { trunk_sid: "sales_pbx" });
    expect(answer.value.code).toBe("approval_required");
    const said = aloud(pictured(answer)).split("\n");
    const { lost } = await sentencesOfPage(answer.value.approval);
    expect(lost.length).toBeGreaterThan(3);
    expect(said).toEqual(expect.arrayContaining(lost));
    expect(said[0]).toBe('Delete trunk "sales_pbx"?');
  });
});

/** Values that a picture writes as a person says them: a host address without its mask, a yes or no. */
function isSpelled(value: string, text: string): boolean {
  const words: Record<string, string> = { none: "null", yes: "true", no: "false" };
  const [ip = "", mask] = value.split("/");
  return text.includes(words[value] ?? "\0") || value === "none" || (mask !== undefined && text.includes(`"${ip}"`) && text.includes(mask));
}

async function sentencesOfPage(id: string): Promise<{ lost: string[] }> {
  const url = (await trunkline.scope.outside?.approvalUrl(id)) ?? "";
  const page = await (await fetch(url)).text();
  const lines = /<section class="lost">.*?<ul>(.*?)<\/ul>/s.exec(page)?.[1]?.match(/<li>.*?<\/li>/gs) ?? [];
  return { lost: lines.map((line) => line.replaceAll(/<[^>]+>/g, "").replaceAll("&#34;", '"')) };
}

describe("the words of a picture", () => {
  test("show where a call would end", async () => {
    await furnished();
    const empty = aloud(pictured(await trunkline.call("get_trunk", { trunk_id: "empty" })));
    expect(empty).toContain("No number: nobody can dial in");
    expect(empty).toContain("No destination: calls end here");
    expect(empty).toContain("Nobody may call");
    const whole = pictured(await trunkline.call("get_trunk", { trunk_id: "sales_pbx" }));
    expect(whole.filter((block) => block.kind === "flow").map(({ title, tone }) => [title, tone])).toEqual([
      ["Calls in", "good"],
      ["Calls out", "good"],
    ]);
  });

  test("draw a voice platform as one: carriers call it, its agents call out, and its rules answer", async () => {
    await furnished();
    const made = async (tool: string, given: object) => (await trunkline.call(tool, { ...given, numbers: ["+33144556677"] })).value.trunk;
    const inward = await made("livekit_create_inbound_trunk", { name: "calls-in", auth_username: "pbx" });
    await trunkline.call("livekit_create_dispatch_rule", {
      name: "to-agent",
      trunk_ids: [inward.trunk_id],
      rule_type: "individual",
      room_prefix: "call_",
      agents: [{ agent_name: "front-desk" }],
    });
    await made("livekit_create_outbound_trunk", { name: "calls-out", address: "sip.example.com", transport: "tls" });
    const ways = async (trunk_id: string) =>
      pictured(await trunkline.call("get_trunk", { trunk_id })).flatMap((block) => (block.kind === "flow" ? [block] : []));
    const [calls, ...others] = await ways("calls-in");
    expect(others).toEqual([]);
    expect([calls?.title, calls?.tone, calls?.stops.map(({ label }) => label)]).toEqual([
      "Calls in",
      "good",
      ["Who may call in", "Number dialled", "LiveKit", "Where calls go"],
    ]);
    expect(aloud(calls ? [calls] : [])).toContain("front-desk");
    expect((await ways("calls-out")).map(({ title, stops }) => [title, stops.map(({ label }) => label)])).toEqual([
      ["Calls out", ["LiveKit", "Where calls go", "Number shown"]],
    ]);
  });

  test("say that a limit is reached", async () => {
    await furnished();
    const answer = await trunkline.call("get_trunk", { trunk_id: "europe" });
    const reached = { ...answer.value.trunk, attributes: { ...answer.value.trunk.attributes, threshold_reached: true } };
    expect(didwwPicture.calls?.(reached).alarms).toEqual(["The limit of 24 hours is reached: calls are refused."]);
    expect(didwwPicture.calls?.(answer.value.trunk).alarms).toBeUndefined();
  });

  test("show in a list what is wrong with each", async () => {
    await furnished();
    const [, list] = pictured(await trunkline.call("list_trunks", { details: true }));
    const rows = list?.kind === "trunks" ? list.rows : [];
    expect(rows.filter(({ wrong }) => wrong.length > 0)).toHaveLength(1);
    expect(rows.flatMap(({ wrong }) => wrong)).toEqual(["nobody may call", "calls in go nowhere"]);
  });

  test("mark on the way of a call where it fails", async () => {
    await furnished();
    const picture = pictured(await trunkline.call("check_trunk", { trunk_id: "empty" }));
    const ways = picture.flatMap((block) => (block.kind === "flow" ? [block] : []));
    expect(ways.length).toBeGreaterThan(0);
    expect(ways.flatMap(({ stops }) => stops.flatMap(({ label, missing }) => (missing ? [label] : [])))).toContain("Who may call");
    expect(textsOf(picture).join()).toContain("Repair: ");
  });

  test("tell of a plan what it opens before what it makes", async () => {
    await furnished();
    const picture = pictured(await trunkline.call("plan_trunk", plan));
    const titles = picture.flatMap((block) => (block.kind === "list" ? [block.title.replace(/ \(.*/, "")] : []));
    expect(titles.slice(0, 3)).toEqual(["Lost", "Opened", "Made"]);
  });
});

test("of a plan that no page could show whole, nothing is sent beside it", async () => {
  await furnished();
  const beside = async (count: number) => {
    const ips = Array.from({ length: count }, (_, index) => `52.66.${Math.floor(index / 200)}.${1 + (index % 200)}`);
    const { raw } = await trunkline.call("plan_trunk", { ...plan, ips });
    return (raw as { _meta?: { trunkline?: object } })._meta?.trunkline;
  };
  expect(await beside(40)).toHaveProperty("decisions");
  expect(await beside(600)).toBeUndefined();
});

test("a foreign name cannot end the stretch in which it stands", () => {
  const evil = 'a\u0001 ours "b" c';
  expect(partsOf(`Trunk ${theirs(evil)}.`)).toEqual([
    { text: "Trunk ", foreign: false },
    { text: 'a ours "b" c', foreign: true },
    { text: ".", foreign: false },
  ]);
  expect(partsOf(quoting('Delete "x y')).map(({ foreign }) => foreign)).toEqual([false, true]);
});
