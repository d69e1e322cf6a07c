import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LogFields } from "../../src/core/log.ts";
import { open, type Pages, press, send, startPages } from "../support/pages.ts";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

let pages: Pages;
beforeEach(async () => {
  pages = await startPages();
});
afterEach(() => pages.close());

const yes = { decision: "approve", name: "outbound_trunk" };

async function asked(): Promise<{ id: string; url: string }> {
  const id = await pages.ask();
  return { id, url: await pages.page.urlOf(id) };
}

const stateOf = async (id: string) => (await pages.approvals.find(id))?.state;

/** Each of so many presses finds the approval pending; only then may any of them go on. */
function allFindBeforeOneDecides(presses: number): void {
  const find = pages.approvals.find.bind(pages.approvals);
  let waiting = presses;
  let all = () => {};
  const met = new Promise<void>((resolve) => {
    all = resolve;
  });
  pages.approvals.find = async (id) => {
    const found = await find(id);
    waiting -= 1;
    if (waiting === 0) all();
    await met;
    return found;
  };
}

describe("a person decides", () => {
  test("the page shows what will happen, who asks and until when, and decides nothing by being read", async () => {
    const { id, url } = await asked();
    const { status, body } = await send(url);
    expect(status).toBe(200);
    for (const fact of [
      "Number +918044319240 is taken off",
      "This cannot be undone.",
      "exotel_delete_trunk",
      "An agent on this computer",
      "for 10 more minutes",
    ]) {
      expect(body).toContain(fact);
    }
    expect(body.indexOf("+918044319240")).toBeLessThan(body.indexOf("exotel_delete_trunk"));
    expect(await stateOf(id)).toBe("pending");
  });

  test("approve with the exact name", async () => {
    const { id, url } = await asked();
    const { status, body } = await press(await open(url), yes);
    expect(status).toBe(200);
    expect(body).toContain("<h1>Approved</h1>");
    expect(await stateOf(id)).toBe("granted");
    expect((await send(url)).body).toContain("<h1>Approved</h1>");
  });

  test("refuse needs neither name nor PIN", async () => {
    await pages.pin.set("secret pin");
    const { id, url } = await asked();
    expect((await press(await open(url), { decision: "refuse" })).body).toContain("<h1>Refused</h1>");
    expect(await stateOf(id)).toBe("refused");
  });

  test.each([
    ["another name", { name: "Outbound_trunk" }, 422, "This is not what you were asked to type"],
    ["an empty name", { name: "" }, 422, "You typed nothing here"],
    ["blanks", { name: "  " }, 422, "You typed nothing here"],
    ["a name and more", { name: "outbound_trunk2" }, 422, "This is not what you were asked to type"],
    ["a decision that is none", { decision: "Approve" }, 400, "Nothing was decided"],
    ["no decision", { decision: "" }, 400, "Nothing was decided"],
  ])("%s decides nothing and says so", async (_, fields, status, said) => {
    const { id, url } = await asked();
    const answer = await press(await open(url), { ...yes, ...fields });
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(said);
    expect(await stateOf(id)).toBe("pending");
  });

  test("after a wrong name the form is still there, with what was typed, and works", async () => {
    const { id, url } = await asked();
    const opened = await open(url);
    const { body } = await press(opened, { ...yes, name: '"><b>wrong' });
    expect(body).toContain('value="&#34;&#62;&#60;b&#62;wrong"');
    expect(body).toContain('role="alert"');
    await press(opened, yes);
    expect(await stateOf(id)).toBe("granted");
  });

  test("a name is typed as it is read: blanks and invisible characters of the carrier's do not count", async () => {
    const id = await pages.ask({ confirm: " my\u200b  trunk\u202e\n" });
    await press(await open(await pages.page.urlOf(id)), { ...yes, name: "my trunk" });
    expect(await stateOf(id)).toBe("granted");
  });

  test("a name that nobody can type cannot be approved, only refused", async () => {
    const id = await pages.ask({ confirm: "\u200b\u202e" });
    const opened = await open(await pages.page.urlOf(id));
    expect((await send(opened.url)).body).not.toContain('value="approve"');
    for (const name of ["", "\u200b", "\u200b\u202e"]) await press(opened, { ...yes, name });
    expect(await stateOf(id)).toBe("pending");
    await press(opened, { decision: "refuse" });
    expect(await stateOf(id)).toBe("refused");
  });

  test("presses at once: one decides, the others read so", async () => {
    const { url } = await asked();
    const opened = await open(url);
    allFindBeforeOneDecides(10);
    const answers = await Promise.all(Array.from({ length: 10 }, () => press(opened, yes)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(409)]);
    expect(answers.filter(({ body }) => body.includes("your press changed nothing"))).toHaveLength(9);
  });

  test("approve and refuse at once: what stands is what the one that won was told", async () => {
    const { id, url } = await asked();
    const opened = await open(url);
    allFindBeforeOneDecides(2);
    const [approve, refuse] = await Promise.all([press(opened, yes), press(opened, { decision: "refuse" })]);
    expect([approve.status, refuse.status].sort()).toEqual([200, 409]);
    expect(await stateOf(id)).toBe(approve.status === 200 ? "granted" : "refused");
  });

  test("a decision is final", async () => {
    const { id, url } = await asked();
    const opened = await open(url);
    await press(opened, { decision: "refuse" });
    for (const fields of [yes, { ...yes, name: "wrong" }]) expect((await press(opened, fields)).status).toBe(409);
    expect(await stateOf(id)).toBe("refused");
  });

  test("after ten minutes there is nothing left to approve", async () => {
    const { id, url } = await asked();
    const opened = await open(url);
    pages.pass(600_000);
    expect((await send(url)).status).toBe(410);
    const late = await press(opened, yes);
    expect(late.status).toBe(410);
    expect(late.body).toContain("<h1>Expired</h1>");
    expect(await stateOf(id)).toBe("expired");
  });
});

describe("the PIN", () => {
  beforeEach(() => pages.pin.set("4711 is long"));

  test("is asked for when set, and needed", async () => {
    const { id, url } = await asked();
    const opened = await open(url);
    expect((await send(url)).body).toContain('type="password"');
    expect(await press(opened, yes)).toMatchObject({ status: 422, body: expect.stringContaining("The PIN is missing") });
    expect(await press(opened, { ...yes, pin: "wrong" })).toMatchObject({ status: 403, body: expect.stringContaining("The PIN is wrong") });
    expect(await stateOf(id)).toBe("pending");
    expect((await press(opened, { ...yes, pin: "4711 is long" })).status).toBe(200);
    expect(await stateOf(id)).toBe("granted");
  });

  test("five wrong tries lock it, for the right one too; the page says so", async () => {
    const { id, url } = await asked();
    const opened = await open(url);
    for (let tries = 0; tries < 5; tries++) await press(opened, { ...yes, pin: `wrong ${tries}` });
    const locked = await press(opened, { ...yes, pin: "4711 is long" });
    expect(locked).toMatchObject({ status: 429, body: expect.stringContaining("locked for 15 minutes") });
    expect(await stateOf(id)).toBe("pending");
  });

  test("a wrong name costs no try, and a page never holds a PIN", async () => {
    const { url } = await asked();
    const opened = await open(url);
    for (let tries = 0; tries < 6; tries++) {
      const { body } = await press(opened, { ...yes, name: "wrong", pin: "guess-me" });
      expect(body).not.toContain("guess-me");
    }
    expect((await press(opened, { ...yes, pin: "4711 is long" })).status).toBe(200);
  });
});

describe("the server behind the page", () => {
  test("starts at the first address and is one for all", async () => {
    const [one, two] = await Promise.all([asked(), asked()]);
    expect(new URL(one.url).origin).toBe(new URL(two.url).origin);
    expect(new URL(one.url).hostname).toBe("127.0.0.1");
  });

  test("closes at once, in the middle of a request too, and opens again when asked", async () => {
    const { id, url } = await asked();
    const held = connect(Number(new URL(url).port), "127.0.0.1").on("error", () => {});
    await new Promise((written) => held.write("GET /", written));
    const started = Date.now();
    await pages.page.close();
    await pages.page.close();
    expect(Date.now() - started).toBeLessThan(2_000);
    await expect(send(url)).rejects.toThrow();
    expect((await send(await pages.page.urlOf(id))).status).toBe(200);
  });

  test("logs a decision without the id, with which something could be called", async () => {
    const { pages: watched, lines } = await startWatched();
    const id = await watched.ask();
    await press(await open(await watched.page.urlOf(id)), yes);
    expect(lines).toEqual(['a person decided on the approval page {"tool":"exotel_delete_trunk","granted":true}']);
    await watched.close();
  });

  test("a store that fails is a page that says so, and a line in the log without the approval's id", async () => {
    const { pages: failing, lines } = await startWatched();
    const id = await failing.ask();
    const opened = await open(await failing.page.urlOf(id));
    failing.approvals.decide = () => Promise.reject(new Error("disk full"));
    const { status, body } = await press(opened, yes);
    expect(status).toBe(500);
    expect(body).toContain("may not have been kept");
    expect(body).not.toContain("disk full");
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain(id);
    await failing.close();
  });

  test("does not keep its process alive, whoever is connected", async () => {
    const program = `
      import { createApprovalPage } from "./src/pages/pages.ts";
      const page = createApprovalPage({ approvals: { find: async () => undefined } });
      console.log(await page.urlOf("some-id"));
      setTimeout(() => {}, 500);
    `;
    const { outputFiles } = await build({
      stdin: { contents: program, resolveDir: root, loader: "ts" },
      bundle: true,
      platform: "node",
      format: "esm",
      write: false,
    });
    const child = spawn(process.execPath, ["--input-type=module", "-e", outputFiles[0]?.text ?? ""], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    const [url] = await once(child.stdout, "data");
    const started = Date.now();
    const held = connect(Number(new URL(String(url)).port), "127.0.0.1").on("error", () => {});
    await once(held, "connect");
    expect((await exited)[0]).toBe(0);
    // The server itself would give up on this connection after five seconds.
    expect(Date.now() - started).toBeLessThan(4_000);
  });
});

async function startWatched(): Promise<{ pages: Pages; lines: string[] }> {
  const lines: string[] = [];
  const note = (fields: LogFields, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  return { pages: await startPages({ log: { debug: note, info: note, warn: note, error: note } }), lines };
}
