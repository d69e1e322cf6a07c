import { describe, expect, test } from "vitest";
import { exotel } from "../../src/providers/exotel/index.ts";
import exotelContract from "./contract/exotel.ts";
import { faults } from "./contract/faults.ts";
import { testContracts } from "./contract/matrix.ts";
import { leaked, setStage } from "./contract/run.ts";

/** The faults that lead to different decisions; contract.slow.test.ts has all of them, in every dialect. */
const telling = ["429 without Retry-After", "500", "200 in another shape", "reset", "answer lost after the write"];

const chosen = faults.filter(({ name }) => telling.includes(name));
test("each fault that is chosen exists", () => expect(chosen).toHaveLength(telling.length));
testContracts((dialects) => dialects.slice(0, 1), chosen);

describe("the check for secrets", () => {
  test("sees a password where the operator has it shown, so it would see one that leaked", async (context) => {
    const [operation] = exotelContract.operations("documented").filter(({ tool }) => tool === "exotel_get_credentials");
    if (!operation) throw new Error("the contract has lost exotel_get_credentials");
    const stage = await setStage({ provider: exotel, dialect: "documented", operation, policy: { revealSecrets: true } });
    context.onTestFinished(() => stage.close());
    const answer = await stage.perform();
    expect(leaked(answer, stage.secrets())).toEqual([answer.value.credentials[0].password]);
  });

  test("looks for the keys in every form in which they travel, and for passwords that were sent", async (context) => {
    const [operation] = exotelContract.operations("observed").filter(({ tool }) => tool === "exotel_create_credentials");
    if (!operation) throw new Error("the contract has lost exotel_create_credentials");
    const stage = await setStage({ provider: exotel, dialect: "observed", operation });
    context.onTestFinished(() => stage.close());
    await stage.perform();
    const basic = Buffer.from("sandbox-key:sandbox-token").toString("base64");
    expect(stage.secrets()).toEqual(expect.arrayContaining(["sandbox-key", "sandbox-token", basic, "Sesame_open_1"]));
  });
});
