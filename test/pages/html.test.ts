import * as fc from "fast-check";
import { type DefaultTreeAdapterTypes, parse } from "parse5";
import { describe, expect, test } from "vitest";
import type { PendingApproval } from "../../src/core/store/approvals.ts";
import { cleanText, quoteText } from "../../src/core/text.ts";
import { approvalForm, decidedPage, type FormView } from "../../src/pages/parts/approval.ts";
import { pageHeaders } from "../../src/pages/parts/headers.ts";
import { Html, html } from "../../src/pages/parts/html.ts";
import { notice } from "../../src/pages/parts/layout.ts";
import { fetchedPage, revealedPage, revealForm } from "../../src/pages/parts/secret.ts";
import { stylesheet } from "../../src/pages/parts/style.ts";
import { anyText } from "../support/any-text.ts";
import { deletionOf } from "../support/consequence.ts";
import { runs } from "../support/runs.ts";

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

const isElement = (node: Node): node is Element => "tagName" in node;
const childrenOf = (node: Node): Node[] => ("childNodes" in node ? node.childNodes : []);

/** The tree as one string: comparing thousands of trees as values takes its time. */
function shapeOf(page: Html, without: string[] = []): string {
  return JSON.stringify(outline(parse(page.toString()), without));
}

/** Elements with their attributes, in their order; what a person typed stands in `value` and is left out. */
function outline(node: Node, without: string[] = []): unknown[] {
  return childrenOf(node).flatMap((child) => {
    if (!isElement(child)) return child.nodeName === "#text" || child.nodeName === "#documentType" ? [] : [child.nodeName];
    const inner = outline(child, without);
    if (without.includes(child.tagName)) return inner;
    const attributes = child.attrs.map(({ name, value }) => (name === "value" && child.tagName === "input" ? name : `${name}=${value}`));
    return [[child.tagName, attributes, inner]];
  });
}

function textOf(node: Node): string {
  return node.nodeName === "#text" && "value" in node ? node.value : childrenOf(node).map(textOf).join("");
}

function all(node: Node, tag: string): Element[] {
  return childrenOf(node).flatMap((child) => [...(isElement(child) && child.tagName === tag ? [child] : []), ...all(child, tag)]);
}

const now = Date.UTC(2026, 10, 2, 9, 0);

function approvalOf(name: string, state: PendingApproval["state"] = "pending"): PendingApproval {
  const { state: _, ...shown } = deletionOf(name, [`The trunk ${quoteText(name)} (trmum1) is gone, next to ${quoteText(name)}.`]);
  return {
    ...shown,
    id: "apr_1",
    principal: name,
    tool: name,
    client: name,
    askedAt: now,
    expiresAt: now + 600_000,
    state,
  };
}

const view: FormView = { token: "token", pinAsked: true, onThisMachine: true };

/** Every page into which a foreign string can come, with that string in every field. */
const pages: Record<string, (name: string) => Html> = {
  "the form": (name) => approvalForm(approvalOf(name), now, view),
  "the form after a wrong name": (name) => approvalForm(approvalOf(name), now, { ...view, problem: "name_wrong", typed: name }),
  "the form after a wrong PIN": (name) => approvalForm(approvalOf(name), now, { ...view, problem: "pin_wrong", typed: name }),
  approved: (name) => decidedPage(approvalOf(name, "granted"), now, true),
  "refused too late": (name) => decidedPage(approvalOf(name, "refused"), now, false, true),
  expired: (name) => decidedPage(approvalOf(name, "expired"), now, true),
  "a reveal": (name) => revealForm({ name, files: false }, now + 1, now, view),
  "a revealed secret": (name) => revealedPage(name, "plain"),
  "fetched files": (name) => fetchedPage(name, [{ name: "pjsip.conf", text: "plain" }]),
};

const nasty = [
  "</title><script>alert(1)</script>",
  "</style><h1>Approved</h1>",
  "</li><li>Nothing is deleted.",
  '"><button name="decision" value="approve">Refuse</button>',
  "'><img src=x onerror=alert(1)>",
  '" autofocus onfocus="alert(1)',
  "</bdi></li></ul><h1>Approved by the administrator</h1>",
  "</form><form action=https://evil.example>",
  "<!--",
  "-->",
  "<![CDATA[",
  "<plaintext>",
  "<base href=//evil.example>",
  "<template><slot>",
  "&lt;b&gt; &#60;b&#62; &quot;",
  "line one\nline two\r\n\r\nApproved",
  "\u2028\u2029\u0085\u000b\f",
  "\u202eevil\u2066\u2069",
  "a\u200b\u200d\u00ad",
  "\u0000\ud800",
  "\u05d0\u05d1 (12) \u0627\u0644",
  "# Approved\n- yes",
  "x".repeat(5000),
  `e${"\u0301".repeat(300)}`,
];
const hostile = fc
  .oneof(
    fc.constantFrom(...nasty),
    anyText({ maxLength: 120 }),
    fc.string({ unit: "grapheme", maxLength: 120 }),
    fc
      .array(fc.constantFrom("<", ">", '"', "'", "&", "=", "/", "!", "-", "`", "\n", " ", "h1", "button", "script", "on"), {
        maxLength: 40,
      })
      .map((parts) => parts.join("")),
  )
  // A name of which nothing can be seen has a page of its own.
  .filter((name) => cleanText(name) !== "");

const unprintable = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b-\u200f]/u;

async function forEachName(check: (name: string) => void): Promise<void> {
  await fc.assert(fc.property(hostile, check), { numRuns: runs(10 / 3) });
}

describe("hostile names", () => {
  test.each(Object.entries(pages))("many of them add nothing to %s but their own letters", async (_, page) => {
    const expected = shapeOf(page("harmless"));
    expect(expected.length).toBeGreaterThan(280);
    await forEachName((name) => {
      expect(shapeOf(page(name))).toBe(expected);
    });
  });

  test("many of them that nobody quoted add no more than a stretch of their own", async () => {
    const raw = (name: string) =>
      approvalForm({ ...approvalOf("x"), items: deletionOf("x", [`Delete ${name} now.`, name]).items }, now, view);
    const expected = shapeOf(raw("harmless"), ["bdi"]);
    await forEachName((name) => {
      expect(shapeOf(raw(name), ["bdi"])).toBe(expected);
      expect(raw(name).toString().replace(/\n/g, "")).not.toMatch(unprintable);
    });
  });

  test("in our sentences they stand in isolation: our words are the same around each of them", async () => {
    await forEachName((name) => {
      const [losses] = all(parse(approvalForm(approvalOf(name), now, view).toString()), "section");
      const [sentence] = all(losses as Node, "li");
      const [first, ...names] = all(sentence as Node, "bdi").map(textOf);
      expect([first, ...names]).toEqual([quoteText(name), quoteText(name)]);
      const ours = childrenOf(sentence as Node)
        .filter((node) => !isElement(node))
        .map(textOf);
      expect(ours).toEqual(["The trunk ", " (trmum1) is gone, next to ", "."]);
    });
  });

  test("no page has more than one line of a name, one heading, or a control character", async () => {
    await forEachName((name) => {
      for (const page of Object.values(pages)) {
        const text = page(name).toString().replace(/\n/g, "");
        expect(text).not.toMatch(unprintable);
        expect(all(parse(text), "h1")).toHaveLength(1);
      }
    });
  });

  test("negative control: a name that is not escaped is found out", () => {
    const unescaped = (name: string) => new Html([`<ul><li>${name}</li></ul>`], []);
    const expected = shapeOf(unescaped("harmless"));
    // Of these, each opens, closes or comments out something.
    const found = nasty.slice(0, 14).filter((name) => shapeOf(unescaped(name)) !== expected);
    expect(found).toHaveLength(12);
  });
});

describe("the template", () => {
  test("escapes what is not its own", () => {
    expect(html`<p title="${`"'&<>\r\n`}">${"<b>"}${html`<i>${1}</i>`}${[html`a`, html`&amp;`]}${undefined}</p>`.toString()).toBe(
      '<p title="&#34;&#39;&#38;&#60;&#62;&#13;&#10;">&#60;b&#62;<i>1</i>a&amp;</p>',
    );
  });

  test("takes nothing for markup that only looks like it", () => {
    const disguised = { toString: () => "<b>" } as unknown as Html;
    expect(() => html`${disguised}`.toString()).toThrow();
  });
});

describe("fetched files", () => {
  const text = '[trunk]\r\npassword = </pre><b>\u202e & "x"\n';
  const page = parse(fetchedPage("x", [{ name: "asterisk/pjsip.conf", text }]).toString());

  test("are shown and saved byte by byte", () => {
    const [link] = all(page, "a").map(({ attrs }) => Object.fromEntries(attrs.map(({ name, value }) => [name, value])));
    expect(link).toMatchObject({ download: "pjsip.conf" });
    expect(Buffer.from(link?.["href"]?.split("base64,")[1] ?? "", "base64").toString()).toBe(text);
    expect(all(page, "pre").map(textOf)).toEqual([text]);
  });
});

describe("the headers", () => {
  test("allow the one stylesheet, by its hash, as the browser will see it", async () => {
    const [style] = all(parse(notice("x").toString()), "style");
    expect(textOf(style as Node)).toBe(stylesheet);
    const digest = Buffer.from(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(textOf(style as Node)))).toString("base64");
    expect(pageHeaders["content-security-policy"]).toContain(`style-src 'sha256-${digest}'`);
  });

  test.each(Object.entries(pages))("%s needs no more than they allow: no script, no style attribute, nothing loaded", (_, page) => {
    const parsed = parse(page("name").toString());
    for (const tag of ["script", "img", "link", "iframe", "object", "base"]) expect(all(parsed, tag)).toEqual([]);
    expect(page("name").toString()).not.toMatch(/\s(style|on\w+|src|srcdoc)=/);
  });
});
