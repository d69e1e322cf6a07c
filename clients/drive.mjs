// One client, in a process of its own: it lists, calls every tool, shows errors, lets a person approve, and ends.
import { ASKS, calls, deletion, wrongCalls } from "./calls.mjs";

const NEXT_ANSWER_MS = 60_000;

process.once("message", async (task) => {
  const told = await drive(task).catch((error) => ({ failure: error.message ?? String(error) }));
  process.send(told, () => process.exit());
});

async function drive({ adapter, option, server, listed }) {
  const { default: connect } = await import(`./adapters/${adapter}.mjs`);
  const client = await connect(server, option);
  try {
    const missing = listed.filter((name) => !client.tools.includes(name));
    if (missing.length > 0) throw new Error(`${missing.join(", ")}: not among the ${client.tools.length} tools of the client`);
    const called = await callAll(client);
    const uncalled = listed.filter((name) => !called.has(name));
    if (uncalled.length > 0) throw new Error(`calls.mjs calls no ${uncalled.join(", ")}`);
    return { tools: client.tools.length, calls: called.size, errors: wrongCalls.length, approved: 1 };
  } finally {
    await client.close();
  }
}

async function callAll(client) {
  const called = new Set();
  let plan;
  let rule;
  for (const [name, given, expected] of calls) {
    const said = await ask(client, name, JSON.parse(JSON.stringify(given).replace("PLAN", plan).replace("RULE", rule)));
    demand(name, said, expected);
    if (expected === ASKS) demand(name, said, /approve_url":"http:\/\/127\.0\.0\.1:\d+\//);
    plan ??= /"plan_id":"(plan_\w+)"/.exec(said)?.[1];
    rule ??= /SDR_\w+/.exec(said)?.[0];
    called.add(name);
  }
  for (const [name, given, expected] of wrongCalls) {
    demand(name, await ask(client, name, given), expected);
    demand(name, await ask(client, name, given), /Nothing was sent|No trunk|no trunk/);
  }
  await deleteWithApproval(client);
  return called.add(deletion[0]);
}

/** The way that every client has: the person opens the link, types the name, and the agent calls again. */
async function deleteWithApproval(client) {
  const [name, given] = deletion;
  const said = await ask(client, name, given);
  demand(name, said, ASKS);
  demand(name, said, /approve_command":".+ approve apr_/);
  const [, url] = /approve_url":"(http:[^"]+)"/.exec(said) ?? [];
  const [, approval] = /"approval":"([^"]+)"/.exec(said) ?? [];
  await approveOnPage(url, given.trunk_sid);
  demand(name, await ask(client, name, { ...given, approval }), /"removed":true/);
  demand("get_trunk", await ask(client, "get_trunk", { trunk_id: given.trunk_sid }), /not_found/);
}

async function approveOnPage(url, typed) {
  const page = await fetch(url);
  const html = await page.text();
  if (!html.includes(typed)) throw new Error(`the page at ${url} names no ${typed}: ${page.status} ${html.slice(0, 500)}`);
  const fields = [...html.matchAll(/<input [^>]*>/g)].map(([tag]) => [attribute(tag, "name"), attribute(tag, "value") || typed]);
  const [button] = /<button [^>]*value="approve"[^>]*>/.exec(html) ?? [""];
  const body = new URLSearchParams([...fields, [attribute(button, "name"), "approve"]]);
  const { origin } = new URL(url);
  const cookie = page.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  const answer = await fetch(url, { method: "POST", body, headers: { origin, cookie }, redirect: "manual" });
  if (answer.status >= 400) throw new Error(`the page refused the approval: ${answer.status} ${(await answer.text()).slice(0, 1_000)}`);
}

function attribute(tag, name) {
  return new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? "";
}

/** All that the client gives its user, whether it answers or throws, without the quoting that it adds. */
async function ask(client, name, given) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error(`${name} had no answer`)), NEXT_ANSWER_MS).unref());
  const answered = client.call(name, given).then(
    (result) => (typeof result === "string" ? result : JSON.stringify(result)),
    (error) => `${error.message} ${error.cause ?? ""}`,
  );
  return (await Promise.race([answered, late])).replaceAll("\\", "");
}

function demand(name, said, expected) {
  if (!expected.test(said)) throw new Error(`${name} did not say ${expected}, but: ${said.slice(0, 1_500)}`);
}
