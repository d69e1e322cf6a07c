import { expect, test } from "vitest";
import { trunkUri, urisShowing } from "../../src/core/carrier/trunk-uris.ts";

test("a name that a carrier sent broken makes an address, since the write that it answers took effect", () => {
  expect(trunkUri("exotel", "a/b \u{1F600}")).toBe("trunks://exotel/a%2Fb%20%F0%9F%98%80");
  expect(trunkUri("exotel", "half \ud83d")).toBe("trunks://exotel/half%20%EF%BF%BD");
  expect(urisShowing("exotel", ["\udc00", undefined, ""])).toEqual(["trunks://", "trunks://exotel", "trunks://exotel/%EF%BF%BD"]);
});
