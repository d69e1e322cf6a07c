import { afterEach, beforeEach, expect, test } from "vitest";
import { createApprovalPage } from "../../src/pages/pages.ts";
import { type Pages, startPages } from "../support/pages.ts";

let pages: Pages;
beforeEach(async () => {
  pages = await startPages();
});
afterEach(() => pages.close());

test("the link of a process that is gone leads to the next one's page of the same state", async () => {
  const id = await pages.ask();
  const url = await pages.page.urlOf(id);
  await pages.page.close();
  await expect(fetch(url)).rejects.toThrow();
  const next = createApprovalPage(pages.ports);
  expect(await next.urlOf(id)).toBe(url);
  expect(await (await fetch(url)).text()).toContain("Delete trunk");
  await next.close();
});

test("a process whose port another one has takes a free one", async () => {
  const id = await pages.ask();
  const url = await pages.page.urlOf(id);
  const beside = createApprovalPage(pages.ports);
  const own = await beside.urlOf(id);
  expect(own).not.toBe(url);
  for (const one of [url, own]) expect((await fetch(one)).status).toBe(200);
  await beside.close();
});
